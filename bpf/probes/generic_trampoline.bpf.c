// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Policy hooks on kernel functions and LSM hooks through BPF trampolines. The agent loads one stub
 * and one main program of the kind it needs, with the function set as their target.
 */
#include "../include/kernel.h"
#include "../include/lib/return.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline void arguments__read(struct hook_arguments *to, void *context)
{
	__u64 *ctx = context;

	if (config.flags & HOOK_FLAG_SYSCALL_REGISTERS) {
		hook__load_syscall(to, (struct pt_regs *)ctx[0]);
		return;
	}
	hook__load_parameters(to, ctx);
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

/* Hook: return of any kernel function, however its entry is hooked. See generic_return.bpf.c. */
SEC("fexit")
int fexit_main(__u64 *ctx)
{
	__u64 result = 0;

	if (!bpf_get_func_ret(ctx, &result))
		hook__return(result);
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
