/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Parameters of a function, and the arguments of a system call in the registers of its caller. */
#ifndef WARDER_LIB_REGISTERS_H
#define WARDER_LIB_REGISTERS_H

#include "config.bpf.h"
#include "scratch.bpf.h"

/* Arguments of a system call, from registers at any address. */
static __always_inline void hook__read_syscall(struct hook_arguments *to, struct pt_regs *regs)
{
	to->values[0] = PT_REGS_PARM1_CORE_SYSCALL(regs);
	to->values[1] = PT_REGS_PARM2_CORE_SYSCALL(regs);
	to->values[2] = PT_REGS_PARM3_CORE_SYSCALL(regs);
	to->values[3] = PT_REGS_PARM4_CORE_SYSCALL(regs);
	to->values[4] = PT_REGS_PARM5_CORE_SYSCALL(regs);
#if defined(__TARGET_ARCH_x86)
	to->values[5] = BPF_CORE_READ(regs, r9);
#else
	to->values[5] = BPF_CORE_READ(regs, user_regs.regs[5]);
#endif
}

/* The same where the verifier knows that the pointer is good: plain loads. */
static __always_inline void hook__load_syscall(struct hook_arguments *to,
					       const struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	to->values[0] = regs->di;
	to->values[1] = regs->si;
	to->values[2] = regs->dx;
	to->values[3] = regs->r10;
	to->values[4] = regs->r8;
	to->values[5] = regs->r9;
#else
	to->values[0] = regs->orig_x0;
	to->values[1] = regs->user_regs.regs[1];
	to->values[2] = regs->user_regs.regs[2];
	to->values[3] = regs->user_regs.regs[3];
	to->values[4] = regs->user_regs.regs[4];
	to->values[5] = regs->user_regs.regs[5];
#endif
}

/* The verifier allows only as many arguments as the function has, and only at constant places,
 * which the compiler would otherwise join to one that is not.
 */
#define LOAD_PARAMETER(to, ctx, place)                                                             \
	asm volatile("%0 = *(u64 *)(%1 + %2)" : "=r"(to) : "r"(ctx), "i"((place)*8))

static __always_inline void hook__load_parameter(struct hook_arguments *to, const __u64 *ctx,
						 __u32 index)
{
	switch (index) {
	case 0:
		LOAD_PARAMETER(to->values[0], ctx, 0);
		break;
	case 1:
		LOAD_PARAMETER(to->values[1], ctx, 1);
		break;
	case 2:
		LOAD_PARAMETER(to->values[2], ctx, 2);
		break;
	case 3:
		LOAD_PARAMETER(to->values[3], ctx, 3);
		break;
	case 4:
		LOAD_PARAMETER(to->values[4], ctx, 4);
		break;
	case 5:
		LOAD_PARAMETER(to->values[5], ctx, 5);
		break;
	}
}

/* Parameters of a function or a tracepoint: those that are read, and those that say how long. */
static __always_inline void hook__load_parameters(struct hook_arguments *to, const __u64 *ctx)
{
	for (__u32 i = 0; i < HOOK_ARGUMENTS_MAX; i++) {
		if (i >= config.argument_count)
			break;
		if (config.arguments[i].source == ARGUMENT_SOURCE_PARAMETER)
			hook__load_parameter(to, ctx, config.arguments[i].index);
		if (config.arguments[i].size_index)
			hook__load_parameter(to, ctx, config.arguments[i].size_index - 1);
	}
}

#endif
