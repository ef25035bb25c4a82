// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Policy hooks on system calls where the kernel has neither trampolines nor kprobes: one dispatcher
 * for all of them on sys_enter, attached only while some policy needs it.
 */
#include "../include/kernel.h"
#include "../include/lib/return.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* System call number -> main program of its hook. Slots of calls without a policy are empty. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SYSCALLS_MAX);
	__type(key, __u32);
	__type(value, __u32);
} syscall_slots SEC(".maps");

/* Hook: entry of every system call, before the call is run. Kernel >= 6.1. */
SEC("tp_btf/sys_enter")
int BPF_PROG(syscall_stub, struct pt_regs *regs, long id)
{
	/* Numbers of 32-bit calls mean something else. */
	if (task__is_32_bit(bpf_get_current_task_btf())) {
		counter__add(COUNTER_COMPAT_SYSCALLS);
		return 0;
	}
#if defined(__TARGET_ARCH_x86)
	id &= ~X32_SYSCALL_BIT;
#endif
	bpf_tail_call(ctx, &syscall_slots, id);
	return 0;
}

static __always_inline void arguments__read(struct hook_arguments *to, void *context)
{
	__u64 *ctx = context;

	hook__load_syscall(to, (struct pt_regs *)ctx[0]);
}

SEC("tp_btf/sys_enter")
int syscall_main(__u64 *ctx)
{
	hook__run(ctx, arguments__read);
	return 0;
}

/* Hook: end of the system call; the registers are those of its entry. See generic_return.bpf.c. */
SEC("tp_btf/sys_exit")
int sysexit_main(__u64 *ctx)
{
	hook__return(ctx[1]);
	return 0;
}
