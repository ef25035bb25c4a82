/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Arguments of user static probes: places that the makers of a program marked, each of which has
 * its arguments somewhere else.
 */
#ifndef WARDER_LIB_USDT_H
#define WARDER_LIB_USDT_H

#include "hook.bpf.h"

/* By place, in the order in which they were attached: the cookie of each is its number. */
const volatile struct usdt_location_config locations[USDT_LOCATIONS_MAX];

static __always_inline __u64 register__read(void *ctx, __u32 offset)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), ctx + offset);
	return value;
}

static __always_inline __u64 value__extend(__u64 value, __u32 size, bool is_signed)
{
	__u32 unused = 64 - size * 8;

	if (unused >= 64)
		return value;
	value <<= unused;
	return is_signed ? (__u64)((__s64)value >> unused) : value >> unused;
}

/* Of one that is in memory. */
static __always_inline __u64
usdt_argument__address(void *ctx, const volatile struct usdt_argument_config *argument)
{
	__u64 address = register__read(ctx, argument->register_offset) + argument->displacement;

	if (argument->scale)
		address += register__read(ctx, argument->index_offset) * argument->scale;
	return address;
}

static __always_inline __u64
usdt_argument__read(void *ctx, const volatile struct usdt_argument_config *argument)
{
	__u64 address, value = 0;
	__u32 size;

	switch (argument->source) {
	case USDT_SOURCE_CONSTANT:
		value = argument->displacement;
		break;
	case USDT_SOURCE_REGISTER:
		value = register__read(ctx, argument->register_offset);
		break;
	case USDT_SOURCE_MEMORY:
		address = usdt_argument__address(ctx, argument);
		/* No more than there is: what follows may not be readable. */
		size = argument->size;
		if (size > sizeof(value))
			size = sizeof(value);
		bpf_probe_read_user(&value, size, (void *)address);
		break;
	}
	return value__extend(value, argument->size, argument->is_signed);
}

static __always_inline void usdt_arguments__read(struct hook_arguments *to, void *ctx)
{
	__u64 location = bpf_get_attach_cookie(ctx);

	if (config.flags & HOOK_FLAG_SETS)
		__builtin_memset(to->addresses, 0, sizeof(to->addresses));
	if (location >= USDT_LOCATIONS_MAX)
		return;
	for (__u32 i = 0; i < FUNCTION_ARGUMENTS_MAX; i++) {
		const volatile struct usdt_argument_config *argument =
		    &locations[location].arguments[i];

		to->values[i] = usdt_argument__read(ctx, argument);
		if ((config.flags & HOOK_FLAG_SETS) && argument->source == USDT_SOURCE_MEMORY &&
		    argument->size == sizeof(__u32))
			to->addresses[i] = usdt_argument__address(ctx, argument);
	}
}

#endif
