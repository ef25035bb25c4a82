// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Proofs of what the kernel can do: each program is loaded alone, attached, and its effect on a
 * harmless call of the agent itself is looked for. Loading is no proof: an LSM program attaches
 * without error, and never runs, where `bpf` is not in the kernel's list of LSMs.
 */
#include "../include/kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define EPERM 1

/* The agent: nobody else is counted or denied. */
const volatile __u32 prober_tgid;

__u64 hits;

static __always_inline bool prober__hit(void)
{
	if (bpf_get_current_pid_tgid() >> 32 != prober_tgid)
		return false;
	__sync_fetch_and_add(&hits, 1);
	return true;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(probe_tp_btf, struct pt_regs *regs, long id)
{
	prober__hit();
	return 0;
}

SEC("fentry/security_task_setnice")
int BPF_PROG(probe_fentry)
{
	prober__hit();
	return 0;
}

SEC("kprobe/security_task_setnice")
int probe_kprobe(struct pt_regs *ctx)
{
	prober__hit();
	return 0;
}

SEC("fmod_ret/security_task_setnice")
int BPF_PROG(probe_fmod_ret)
{
	return prober__hit() ? -EPERM : 0;
}

SEC("lsm/task_setnice")
int BPF_PROG(probe_lsm)
{
	return prober__hit() ? -EPERM : 0;
}
