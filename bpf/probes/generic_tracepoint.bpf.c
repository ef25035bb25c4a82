// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Policy hooks on tracepoints: raw ones with the arguments of the tracepoint's own function, and
 * classic ones with the fields of the record that it writes.
 */
#define STACK_OF_THREAD
#include "../include/kernel.h"
#include "../include/lib/hook.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Where the fields are that the policies of a classic tracepoint read; config.arguments name them
 * by their place here. Offsets differ from kernel to kernel.
 */
const volatile struct field_config fields[FUNCTION_ARGUMENTS_MAX];
const volatile __u32 field_count;

static __always_inline void raw_arguments__read(struct hook_arguments *to, void *context)
{
	hook__load_parameters(to, context);
}

static __always_inline __u64 field__read(void *ctx, __u32 number)
{
	void *at = ctx + fields[number].offset;
	__u64 value = 0;

	switch (fields[number].kind) {
	case FIELD_KIND_ADDRESS:
		return (__u64)at;
	case FIELD_KIND_DATA_LOC:
		bpf_probe_read_kernel(&value, sizeof(__u32), at);
		return (__u64)ctx + (value & 0xffff);
	}
	switch (fields[number].size) {
	case 1:
		bpf_probe_read_kernel(&value, 1, at);
		break;
	case 2:
		bpf_probe_read_kernel(&value, 2, at);
		break;
	case 4:
		bpf_probe_read_kernel(&value, 4, at);
		break;
	case 8:
		bpf_probe_read_kernel(&value, 8, at);
		break;
	}
	return value;
}

static __always_inline void fields__read(struct hook_arguments *to, void *ctx)
{
	for (__u32 i = 0; i < FUNCTION_ARGUMENTS_MAX; i++) {
		if (i >= field_count)
			break;
		to->values[i] = field__read(ctx, i);
	}
}

/* Hook: any tracepoint, before its record is written. Kernel >= 6.1. Observes and signals. */
SEC("tp_btf")
int raw_stub(__u64 *ctx)
{
	bpf_tail_call(ctx, &slot, 0);
	return 0;
}

SEC("tp_btf")
int raw_main(__u64 *ctx)
{
	hook__run(ctx, raw_arguments__read);
	return 0;
}

/* Hook: any event of tracefs, with its record. Kernel >= 6.1. Observes and signals. */
SEC("tp")
int classic_stub(void *ctx)
{
	bpf_tail_call(ctx, &slot, 0);
	return 0;
}

SEC("tp")
int classic_main(void *ctx)
{
	hook__run(ctx, fields__read);
	return 0;
}
