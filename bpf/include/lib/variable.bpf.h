/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The action Set: overwrites a variable of the program that a hook is in. Lockdown forbids the
 * helper for that, and Linux 6.1 and 6.12 log that it is loaded, so only objects that say so have
 * it.
 */
#ifndef WARDER_LIB_VARIABLE_H
#define WARDER_LIB_VARIABLE_H

#include "config.bpf.h"
#include "scratch.bpf.h"

static __always_inline void variables__begin(struct scratch *scratch)
{
	scratch->set_indexes = 0;
	scratch->set_outcome = 0;
}

/* May fail: nothing is paged in here, and the program may not write there itself. */
static __always_inline long variable__write(__u64 address, __u32 value)
{
#ifdef WRITES_VARIABLES
	return bpf_probe_write_user((void *)address, &value, sizeof(value));
#else
	return -1; /* Never: HOOK_FLAG_SETS goes with those objects. */
#endif
}

/* What a selector that acted sets; of several values for one variable, the lowest selector's. */
static __always_inline void variable__settle(struct scratch *scratch, __u32 selector)
{
	const volatile struct selector_row *row = &selectors[selector & (SELECTORS_MAX - 1)];
	__u32 index = row->variable - 1;

	if (index >= FUNCTION_ARGUMENTS_MAX || (scratch->set_indexes & (1U << index)))
		return;
	scratch->set_indexes |= 1U << index;
	if (variable__write(scratch->arguments.addresses[index], row->variable_value))
		scratch->set_outcome |= OUTCOME_FLAG_SET_FAILED;
	else
		scratch->set_outcome |= OUTCOME_FLAG_SET;
}

static __always_inline __u32 variables__outcome(const struct scratch *scratch,
						struct hook_counters_row *counts)
{
	if (counts && (scratch->set_outcome & OUTCOME_FLAG_SET))
		counts->set += 1;
	return scratch->set_outcome;
}

#endif
