/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* How a run came about: addresses of the calls that led to it, for the selectors that ask. They go
 * into the record itself: of a map that is shared, one stack could take the place of another.
 */
#ifndef WARDER_LIB_STACK_H
#define WARDER_LIB_STACK_H

#include "config.bpf.h"
#include "emit.bpf.h"

#define STACK_SIZE_MAX (STACK_FRAMES_MAX * sizeof(__u64))

/* By selectors that report, at once or when the call returns. Without a branch for each word: the
 * verifier would follow every one.
 */
static __always_inline bool stack__is_wanted(const struct scratch *scratch,
					     const volatile struct selector_set *asking)
{
	__u64 wanted = 0;

	for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++) {
		wanted |= scratch->hook.selectors[word] & asking->words[word];
		if (config.flags & HOOK_FLAG_RETURNS)
			wanted |= scratch->held.words[word] & asking->words[word];
	}
	return wanted != 0;
}

/* flags: BPF_F_USER_STACK or 0. Empty when the stack cannot be had. */
static __always_inline struct slice stack__append(struct scratch *scratch, void *ctx, __u64 flags)
{
	struct slice slice = {};
	__u32 offset = (scratch->length + 7) & ~7U;
	long size;

	if (offset > RECORD_SIZE_MAX - STACK_SIZE_MAX)
		return slice;
	size = bpf_get_stack(ctx, &scratch->record[offset & 0xffff], STACK_SIZE_MAX, flags);
#ifdef STACK_OF_THREAD
	/* Events of system calls have the registers of the process, up to Linux 6.4. */
	if (size <= 0 && !flags)
		size = bpf_get_task_stack(bpf_get_current_task_btf(),
					  &scratch->record[offset & 0xffff], STACK_SIZE_MAX, 0);
#endif
	if (size <= 0 || size > (long)STACK_SIZE_MAX)
		return slice;
	slice.offset = offset;
	slice.length = size;
	scratch->length = offset + size;
	return slice;
}

/* Of the selectors that the record is for. */
static __always_inline void stacks__append(struct scratch *scratch, void *ctx)
{
	struct hook_record *record = (struct hook_record *)scratch->record;

	if (config.flags & HOOK_FLAG_KERNEL_STACK &&
	    stack__is_wanted(scratch, &config.kernel_stack))
		record->kernel_stack = stack__append(scratch, ctx, 0);
	if (config.flags & HOOK_FLAG_USER_STACK && stack__is_wanted(scratch, &config.user_stack))
		record->user_stack = stack__append(scratch, ctx, BPF_F_USER_STACK);
}

#endif
