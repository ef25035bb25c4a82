/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What changes while a generation is in force: which policies only observe, and how often each
 * selector matched.
 */
#ifndef WARDER_LIB_MODE_H
#define WARDER_LIB_MODE_H

#include "decision.bpf.h"
#include "track.bpf.h"
#include "variable.bpf.h"

/* Selectors whose policy is in monitor mode. Written by user space at any time; those of one policy
 * are in one word, so that a policy changes its mode in one step.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct selector_set);
} monitored SEC(".maps");

/* By number of the selector; the agent sets max_entries. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct selector_counters_row);
} selector_counters SEC(".maps");

static __always_inline struct selector_set *mode__monitored(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&monitored, &zero);
}

struct word_count {
	__u64 left; /* selectors of the word that are yet to be counted */
	__u64 monitored;
	__u64 now;
	__u32 base;	 /* number of the first selector of the word */
	__u32 at_return; /* they matched what the call returned */
	struct scratch *scratch;
};

static long selector__count(__u32 index, struct word_count *count)
{
	struct selector_counters_row *row;
	__u32 bit, selector;

	if (!count->left)
		return 1;
	bit = word__lowest(count->left);
	count->left &= count->left - 1;
	selector = count->base + bit;
	/* Also in monitor mode: what is reported names the same process then. */
	if (config.flags & HOOK_FLAG_TRACKS)
		sockets__settle(count->scratch, selector, count->at_return);
	row = bpf_map_lookup_elem(&selector_counters, &selector);
	if (!row)
		return 0;
	row->last_ns = count->now;
	if ((count->monitored >> (bit & 63)) & 1) {
		*(count->at_return ? &row->return_monitored : &row->monitored) += 1;
		return 0;
	}
	*(count->at_return ? &row->returned : &row->enforced) += 1;
	if ((config.flags & HOOK_FLAG_DECIDES) && !count->at_return)
		decisions__settle(selector);
	if ((config.flags & HOOK_FLAG_SETS) && !count->at_return)
		variable__settle(count->scratch, selector);
	return 0;
}

/* Counts the selectors of a word that acted, and settles their decisions: the stack has no room for
 * a loop of their own on 6.1. The cost is that of the few that matched. */
static __always_inline void selectors__count(struct word_count *count, __u32 word, __u64 acted,
					     __u64 monitored)
{
	count->left = acted;
	count->monitored = monitored;
	count->base = word * 64;
	bpf_loop(64, selector__count, count, 0);
}

#endif
