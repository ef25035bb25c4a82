/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The arguments of a system call in the registers that its caller had. */
#ifndef WARDER_LIB_REGISTERS_H
#define WARDER_LIB_REGISTERS_H

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

#endif
