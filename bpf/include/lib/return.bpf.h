/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The body of every program at the return of a hook: goes on with what the entry held. */
#ifndef WARDER_LIB_RETURN_H
#define WARDER_LIB_RETURN_H

#include "hook.bpf.h"

/* Puts the run back into a work area as its entry left it. */
static __always_inline bool return__resume(struct hook_run *run, struct held_record *kept)
{
	struct scratch *scratch = run->scratch;
	__u32 size = kept->length;

	if (size > HELD_RECORD_MAX || bpf_probe_read_kernel(scratch->record, size, kept->record))
		return false;
	scratch->length = size;
	for (__u32 i = 0; i < FUNCTION_ARGUMENTS_MAX; i++)
		scratch->arguments.values[i] = kept->arguments[i];
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++)
		run->matched.words[word] = scratch->hook.selectors[word];
	return true;
}

/* Gathers what the selectors ask for whose conditions on the return hold; there is one for each
 * policy at most.
 */
static __always_inline void return__collect(const struct selector_set *matched,
					    struct scratch *scratch, struct verdict *verdict)
{
	struct hook_record *record = (struct hook_record *)scratch->record;
	struct word_count count = {
	    .now = bpf_ktime_get_boot_ns(),
	    .at_return = true,
	    .scratch = scratch,
	};
	const struct selector_set *monitored = mode__monitored();

	if (!monitored)
		return; /* Never: an array has all its rows. */
#pragma unroll
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX; word++) {
		__u64 signalling;
		__u32 selector;

		if (word >= config.word_count)
			break;
		signalling = matched->words[word] & config.return_signalling.words[word];
		if (signalling & monitored->words[word])
			verdict->is_withheld = true;
		signalling &= ~monitored->words[word];
		if (signalling && !verdict->signal) {
			selector = word * 64 + word__lowest(signalling);
			verdict->signal = selectors[selector & (SELECTORS_MAX - 1)].return_signal;
		}
		if (signalling & config.return_tree_killing.words[word])
			verdict->kills_tree = true;
		record->selectors[word] = matched->words[word] & config.return_posting.words[word];
		if (record->selectors[word])
			verdict->is_posted = true;
		if (matched->words[word])
			selectors__count(&count, word, matched->words[word],
					 monitored->words[word]);
	}
}

/* Acts for the selectors that are left, and reports. */
static __always_inline void return__act(struct hook_run *run)
{
	struct hook_record *record = (struct hook_record *)run->scratch->record;
	struct hook_counters_row *counts = hook__counters();
	struct verdict verdict = {};

	return__collect(&run->matched, run->scratch, &verdict);
	record->outcome |= verdict__execute(&verdict, counts);
	record->return_status = RETURN_STATUS_RETURNED;
	if (config.owned_socket && verdict__is_of_task(&verdict))
		hook__name_task(record, run->actor.task);
	if (verdict.signal)
		record->header.flags |= RECORD_FLAG_URGENT;
	if (verdict.is_posted && config.is_limited)
		verdict.is_posted = rates__allow(run->scratch);
	if (!verdict.is_posted)
		return;
	if (counts)
		counts->posted += 1;
	record__emit(run->scratch, config.hook_id);
}

/* Reads what the call left, matches and acts. */
static __always_inline void hook__return(__u64 result)
{
	struct hook_run run = {};
	struct held_record *kept;

	run.actor.task = bpf_get_current_task_btf();
	kept = held__of(run.actor.task);
	if (!kept)
		return;
	if (kept->hook_id != config.hook_id || kept->generation != config.generation) {
		held__end(kept, run.actor.task, RETURN_STATUS_UNEVALUATED);
		return;
	}
	run.scratch = scratch__claim_undisturbed();
	if (!run.scratch) {
		held__end(kept, run.actor.task, RETURN_STATUS_UNEVALUATED);
		return;
	}
	if (return__resume(&run, kept)) {
		kept->length = 0;
		bpf_task_storage_delete(&held, run.actor.task);
		run.scratch->arguments.result = result;
		if (hook__read_arguments(&run, config.entry_count, config.argument_count) &&
		    match__arguments(&run.matched, run.scratch, &run.actor, config.entry_end,
				     config.dimension_count))
			return__act(&run);
	}
	scratch__release_undisturbed(run.scratch);
}

#endif
