// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Policy hooks on kernel functions and LSM hooks through BPF trampolines. The agent loads one stub
 * and one main program of the kind it needs, with the function set as their target.
 */
#include "../include/kernel.h"
#include "../include/lib/hook.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* The verifier allows only as many arguments as the function has, and only at constant places,
 * which the compiler would otherwise join to one that is not.
 */
#define LOAD_ARGUMENT(to, ctx, place)                                                              \
	asm volatile("%0 = *(u64 *)(%1 + %2)" : "=r"(to) : "r"(ctx), "i"((place)*8))

static __always_inline void arguments__load(struct hook_arguments *to, const __u64 *ctx,
					    __u32 index)
{
	switch (index) {
	case 0:
		LOAD_ARGUMENT(to->values[0], ctx, 0);
		break;
	case 1:
		LOAD_ARGUMENT(to->values[1], ctx, 1);
		break;
	case 2:
		LOAD_ARGUMENT(to->values[2], ctx, 2);
		break;
	case 3:
		LOAD_ARGUMENT(to->values[3], ctx, 3);
		break;
	case 4:
		LOAD_ARGUMENT(to->values[4], ctx, 4);
		break;
	case 5:
		LOAD_ARGUMENT(to->values[5], ctx, 5);
		break;
	}
}

static __always_inline void arguments__read(struct hook_arguments *to, void *context)
{
	__u64 *ctx = context;

	if (config.flags & HOOK_FLAG_SYSCALL_REGISTERS) {
		hook__load_syscall(to, (struct pt_regs *)ctx[0]);
		return;
	}
	for (__u32 i = 0; i < HOOK_ARGUMENTS_MAX; i++) {
		if (i >= config.argument_count)
			break;
		if (config.arguments[i].source == ARGUMENT_SOURCE_PARAMETER)
			arguments__load(to, ctx, config.arguments[i].index);
		if (config.arguments[i].size_index)
			arguments__load(to, ctx, config.arguments[i].size_index - 1);
	}
}

/* Hook: entry of any kernel function. Kernel >= 6.1 (arm64: 6.4). Observes and signals. */
SEC("fentry")
int fentry_stub(__u64 *ctx)
{
	bpf_tail_call(ctx, &slot, 0);
	return 0;
}

SEC("fentry")
int fentry_main(__u64 *ctx)
{
	hook__run(ctx, arguments__read);
	return 0;
}

/* Hook: security_* functions. A value other than 0 is returned instead of running the function. */
SEC("fmod_ret")
int fmodret_stub(__u64 *ctx)
{
	bpf_tail_call(ctx, &slot, 0);
	return 0;
}

SEC("fmod_ret")
int fmodret_main(__u64 *ctx)
{
	return hook__run(ctx, arguments__read);
}

/* Hook: LSM. A negative value denies. */
SEC("lsm")
int lsm_stub(__u64 *ctx)
{
	bpf_tail_call(ctx, &slot, 0);
	return 0;
}

SEC("lsm")
int lsm_main(__u64 *ctx)
{
	return hook__run(ctx, arguments__read);
}
