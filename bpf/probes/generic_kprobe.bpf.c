// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Policy hooks through kprobes: where the kernel has no trampolines, or the function cannot take
 * one.
 */
#include "../include/kernel.h"
#include "../include/lib/return.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline void arguments__read(struct hook_arguments *to, void *context)
{
	struct pt_regs *regs = context;

	if (config.flags & HOOK_FLAG_SYSCALL_REGISTERS) {
		hook__read_syscall(to, (struct pt_regs *)PT_REGS_PARM1(regs));
		return;
	}
	to->values[0] = PT_REGS_PARM1(regs);
	to->values[1] = PT_REGS_PARM2(regs);
	to->values[2] = PT_REGS_PARM3(regs);
	to->values[3] = PT_REGS_PARM4(regs);
	to->values[4] = PT_REGS_PARM5(regs);
#if defined(__TARGET_ARCH_x86)
	to->values[5] = regs->r9;
#else
	to->values[5] = ((struct user_pt_regs *)regs)->regs[5];
#endif
}

/* Hook: entry of any kernel function that is not marked notrace. Kernel >= 6.1. */
SEC("kprobe")
int kprobe_stub(struct pt_regs *ctx)
{
	bpf_tail_call(ctx, &slot, 0);
	return 0;
}

SEC("kprobe")
int kprobe_main(struct pt_regs *ctx)
{
	hook__run(ctx, arguments__read);
	return 0;
}

/* Hook: return of the function. See generic_return.bpf.c. */
SEC("kretprobe")
int kretprobe_main(struct pt_regs *ctx)
{
	hook__return(PT_REGS_RC(ctx));
	return 0;
}
