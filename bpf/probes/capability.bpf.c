// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Proofs of what the kernel can do: each program is attached alone, and its effect on a
 * harmless call of the agent itself is looked for. Loading is no proof: an LSM program attaches
 * without error, and never runs, where `bpf` is not in the kernel's list of LSMs.
 */
#include "../include/kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define EPERM 1

/* The agent: nobody else is counted, denied or written to. */
const volatile __u32 prober_tgid;

/* A call write(prober_fd, ...) of the agent, by its number here, and what its buffer is to hold
 * afterwards.
 */
const volatile __u32 prober_call;
const volatile __u32 prober_fd;
const volatile __u32 prober_mark;

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

/* Loaded only when somebody asks, as Linux 6.1 and 6.12 log that it is. */
SEC("tp_btf/sys_enter")
int BPF_PROG(probe_write_user, struct pt_regs *regs, long id)
{
#if defined(__TARGET_ARCH_x86)
	__u64 fd = regs->di, buffer = regs->si;
#else
	__u64 fd = regs->orig_x0, buffer = regs->user_regs.regs[1];
#endif
	__u32 mark = prober_mark;

	if (id == prober_call && fd == prober_fd && prober__hit())
		bpf_probe_write_user((void *)buffer, &mark, sizeof(mark));
	return 0;
}

SEC("lsm/task_setnice")
int BPF_PROG(probe_lsm)
{
	return prober__hit() ? -EPERM : 0;
}
