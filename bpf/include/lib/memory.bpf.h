/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Memory that an argument points to: the kernel's or the process's. */
#ifndef WARDER_LIB_MEMORY_H
#define WARDER_LIB_MEMORY_H

#include "config.bpf.h"
#include "scratch.bpf.h"

/* Whether what an argument points to, and all that is reached from there, is the process's. What a
 * system call or a program passes is the caller's choice, so it is never taken for the kernel's.
 */
static __always_inline bool memory__is_users(__u32 source)
{
	return (config.flags & HOOK_FLAG_USER_STRINGS) && source != ARGUMENT_SOURCE_CURRENT_TASK;
}

/* Says whose pointers the argument that is read next has. */
static __always_inline void memory__choose(struct scratch *scratch, __u32 source)
{
	scratch->is_users = memory__is_users(source);
}

/* The kernel's half of the address space has the top bit set on every architecture here. */
static __always_inline bool memory__is_kernel(const struct scratch *scratch, __u64 address)
{
	return !scratch->is_users && (__s64)address < 0;
}

/* 0, or an error when the memory cannot be read. */
static __always_inline long memory__read(const struct scratch *scratch, void *to, __u32 size,
					 __u64 address)
{
	if (memory__is_kernel(scratch, address))
		return bpf_probe_read_kernel(to, size, (void *)address);
	return bpf_probe_read_user(to, size, (void *)address);
}

/* Bytes read, terminator included, or an error. */
static __always_inline long memory__read_string(const struct scratch *scratch, void *to, __u32 size,
						__u64 address)
{
	if (memory__is_kernel(scratch, address))
		return bpf_probe_read_kernel_str(to, size, (void *)address);
	return bpf_probe_read_user_str(to, size, (void *)address);
}

#endif
