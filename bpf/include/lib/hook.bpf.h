/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The body of every hook program: match, act, report. What differs between attach methods is only
 * how the arguments are got at, and whether the return value of the program counts.
 */
#ifndef WARDER_LIB_HOOK_H
#define WARDER_LIB_HOOK_H

#include "argument.bpf.h"
#include "dimension.bpf.h"
#include "doomed.bpf.h"
#include "hash.bpf.h"
#include "held.bpf.h"
#include "rate.bpf.h"
#include "registers.bpf.h"
#include "stack.bpf.h"
#include "mode.bpf.h"

/* A hook program is reached through this slot, from a stub that stays attached: a change of
 * policies loads the next generation beside the running one and then replaces the entry, in one
 * step and without touching the attachment.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} slot SEC(".maps");

/* One row, kept from generation to generation of the hook. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hook_counters_row);
} hook_counters SEC(".maps");

/* How an attach method gets at the arguments; called once the cheap dimensions let the run pass. */
typedef void (*arguments_reader)(struct hook_arguments *to, void *ctx);

/* One run of a hook program. */
struct hook_run {
	struct scratch *scratch;
	struct actor actor;
	void *ctx;
	struct selector_set matched; /* selectors that nothing spoke against yet */
};

/* What the first matches of all policies ask for together. */
struct verdict {
	bool is_posted;
	bool is_held; /* some report waits for the return */
	bool is_overridden;
	bool is_set;	  /* a variable is to be overwritten */
	bool is_decided;  /* something is left for enforcers in this task, or taken back */
	bool is_withheld; /* a policy in monitor mode would have enforced */
	bool kills_tree;  /* some selector's signal is for all that descends from the process */
	__s32 override_error;
	__u32 signal; /* 0: none */
};

static __always_inline struct hook_counters_row *hook__counters(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&hook_counters, &zero);
}

static __always_inline __u64 hook__parameter(const struct hook_run *run, __u32 index)
{
	return index < FUNCTION_ARGUMENTS_MAX ? run->scratch->arguments.values[index] : 0;
}

/* Only of attach methods whose context are the registers. */
static __always_inline __u64 hook__register(const struct hook_run *run, __u32 word)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), run->ctx + word * sizeof(value));
	return value;
}

/* Where the reading of an argument begins. */
static __always_inline __u64 hook__source(const struct hook_run *run, __u32 argument)
{
	if (config.arguments[argument].source == ARGUMENT_SOURCE_CURRENT_TASK)
		return (__u64)run->actor.task;
	if (config.arguments[argument].source == ARGUMENT_SOURCE_REGISTER)
		return hook__register(run, config.arguments[argument].index);
	if (config.arguments[argument].source == ARGUMENT_SOURCE_RESULT)
		return run->scratch->arguments.result;
	return hook__parameter(run, config.arguments[argument].index);
}

/* How many bytes a BUFFER has. At the return the call says how many it filled. */
static __always_inline __u64 hook__buffer_size(const struct hook_run *run, __u32 argument)
{
	__u32 index = config.arguments[argument].size_index;
	__u64 size = index ? hook__parameter(run, index - 1) : 0;
	__s64 filled = run->scratch->arguments.result;

	if (argument < config.entry_count ||
	    config.arguments[argument].source == ARGUMENT_SOURCE_RESULT)
		return size;
	if (filled < 0)
		return 0;
	return index && size < (__u64)filled ? size : (__u64)filled;
}

/* Reads arguments number `first` up to `end`. */
static __always_inline bool hook__read_arguments(struct hook_run *run, __u32 first, __u32 end)
{
	for (__u32 i = 0; i < HOOK_ARGUMENTS_MAX; i++) {
		if (i >= end)
			break;
		if (i < first)
			continue;
		if (!argument__read(run->scratch, i, hook__source(run, i),
				    hook__buffer_size(run, i), run->actor.task))
			return false;
	}
	return true;
}

/* Keeps the first selector of every policy. A scan in doubling steps tells of each bit whether a
 * lower one of its policy is set; there is no loop over selectors, so the cost does not depend on
 * how many match, and the verifier has one path to walk.
 */
static __always_inline __u64 word__first_of_policy(__u64 matched, __u32 word)
{
	__u64 seen = matched;

#pragma unroll
	for (__u32 step = 0; step < SAME_POLICY_STEPS; step++)
		seen |= (seen << (1U << step)) & config.same_policy[step].words[word];
	return matched & ~((seen << 1) & config.same_policy[0].words[word]);
}

/* Takes what waits for the return out of the selectors that are reported now. Those that enforce do
 * not wait, as the call may not come to its return.
 */
static __always_inline void verdict__hold(struct verdict *verdict, struct scratch *scratch,
					  __u32 word, __u64 idle)
{
	struct hook_record *record = (struct hook_record *)scratch->record;
	__u64 waiting = scratch->bits.words[word] & config.returning.words[word] & idle;

	scratch->held.words[word] = waiting;
	record->selectors[word] &= ~waiting;
	if (waiting)
		verdict->is_held = true;
}

/* Gathers what the first matches ask for; of several signals or errors, the lowest selector's.
 * Leaves in posted those that want an event, and in scratch->bits all of them.
 */
static __always_inline void verdict__collect(const struct selector_set *matched,
					     struct scratch *scratch, struct verdict *verdict)
{
	struct hook_record *record = (struct hook_record *)scratch->record;
	struct word_count count = {.now = bpf_ktime_get_boot_ns(), .scratch = scratch};
	const struct selector_set *monitored = mode__monitored();

	if (!monitored)
		return; /* Never: an array has all its rows. */
	__builtin_memset(&scratch->bits, 0, sizeof(scratch->bits));
	if (config.flags & HOOK_FLAG_RETURNS)
		__builtin_memset(&scratch->held, 0, sizeof(scratch->held));
	if (config.flags & HOOK_FLAG_SETS)
		variables__begin(scratch);
#pragma unroll
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX; word++) {
		__u64 first, signalling, overriding, setting, deciding, withheld;
		__u32 selector;

		if (word >= config.word_count)
			break;
		if (!matched->words[word])
			continue; /* As most words of many policies are. */
		first = word__first_of_policy(matched->words[word], word);
		signalling = first & config.signalling.words[word];
		overriding = first & config.overriding.words[word];
		setting = first & config.setting.words[word];
		withheld = monitored->words[word];
		deciding = first & config.deciding.words[word];
		if ((signalling | overriding | setting | deciding) & withheld)
			verdict->is_withheld = true;
		if (deciding & ~withheld)
			verdict->is_decided = true;
		if (setting & ~withheld)
			verdict->is_set = true;
		signalling &= ~withheld;
		overriding &= ~withheld;
		if (signalling && !verdict->signal) {
			selector = word * 64 + word__lowest(signalling);
			verdict->signal = selectors[selector & (SELECTORS_MAX - 1)].signal;
		}
		if (signalling & config.tree_killing.words[word])
			verdict->kills_tree = true;
		if (overriding && !verdict->is_overridden) {
			selector = word * 64 + word__lowest(overriding);
			verdict->is_overridden = true;
			verdict->override_error =
			    selectors[selector & (SELECTORS_MAX - 1)].override_error;
		}
		scratch->bits.words[word] = first;
		record->selectors[word] = first & config.posting.words[word];
		if (config.flags & HOOK_FLAG_RETURNS)
			verdict__hold(verdict, scratch, word, ~(signalling | overriding | setting));
		if (record->selectors[word])
			verdict->is_posted = true;
		selectors__count(&count, word, first, withheld);
	}
}

/* A change counts once: for the selectors in scratch->bits that held because of it. */
static __always_inline void changes__settle(const struct hook_run *run)
{
	__u64 settled = 0;

	for (__u32 i = 0; i < DIMENSIONS_MAX; i++) {
		if (i >= config.fact_end)
			break;
		if (!fact__is_change(dimensions[i].subject))
			continue;
		for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++)
			settled |= run->scratch->bits.words[word] &
				   ~dimensions[i].unconstrained.words[word] &
				   ~dimensions[i].negated.words[word];
	}
	if (settled && run->actor.state)
		changes__remember(run->actor.state, run->actor.task);
}

/* Acts on the process. Returns the outcome flags. */
static __always_inline __u32 verdict__execute(const struct verdict *verdict,
					      struct hook_counters_row *counts)
{
	__u32 outcome = 0;

	if (verdict->signal) {
		if (bpf_send_signal(verdict->signal))
			outcome |= OUTCOME_FLAG_SIGNAL_FAILED;
		else
			outcome |= OUTCOME_FLAG_SIGNALLED;
		if (verdict->kills_tree)
			doomed__tell();
		if (counts && (outcome & OUTCOME_FLAG_SIGNALLED))
			counts->signalled += 1;
	}
	if (verdict->is_overridden) {
		outcome |= OUTCOME_FLAG_OVERRIDDEN;
		if (counts)
			counts->overridden += 1;
	}
	if (verdict->is_withheld)
		outcome |= OUTCOME_FLAG_WITHHELD;
	return outcome;
}

/* What is done, or was withheld, is done to the task that runs, whoever owns a socket. */
static __always_inline bool verdict__is_of_task(const struct verdict *verdict)
{
	return verdict->signal || verdict->is_overridden || verdict->is_set ||
	       verdict->is_decided || verdict->is_withheld;
}

static __always_inline void hook__name_task(struct hook_record *record, struct task_struct *task)
{
	record->header.start_ns = process__key(task->group_leader);
	record->header.tgid = task->tgid;
	record->header.tid = task->pid;
	record->cgroup_id = bpf_get_current_cgroup_id();
	record->uid = bpf_get_current_uid_gid();
}

/* Fills what is not of the arguments. */
static __always_inline void hook__describe(const struct hook_run *run,
					   const struct verdict *verdict, __u32 outcome)
{
	struct scratch *scratch = run->scratch;
	struct task_struct *task = run->actor.task;
	struct hook_record *record = (struct hook_record *)scratch->record;

	record__begin(scratch, RECORD_KIND_HOOK, task->group_leader);
	if (verdict->signal || verdict->is_overridden || verdict->is_set)
		record->header.flags |= RECORD_FLAG_URGENT;
	record->hook_id = config.hook_id;
	record->generation = config.generation;
	record->outcome = outcome;
	record->override_error = outcome & OUTCOME_FLAG_OVERRIDDEN ? verdict->override_error : 0;
	record->argument_count = config.argument_count;
	hook__name_task(record, task);
	if (config.owned_socket && !verdict__is_of_task(verdict))
		socket__name_owner(scratch);
	if (config.flags & HOOK_FLAG_RETURNS)
		record->return_status = RETURN_STATUS_ENFORCED;
	stacks__append(scratch, run->ctx);
}

/* Leaves the rest of the report for the return of the call. */
static __always_inline void hook__hold(struct scratch *scratch)
{
	struct hook_record *record = (struct hook_record *)scratch->record;

	for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++)
		record->selectors[word] = scratch->held.words[word];
	/* None of them did anything, whatever others did. */
	if (config.owned_socket)
		socket__name_owner(scratch);
	held__keep(scratch);
}

/* Numbers first: texts are read only for a run that they let pass. */
static __always_inline bool hook__match_arguments(struct hook_run *run)
{
	struct scratch *scratch = run->scratch;

	return hook__read_arguments(run, 0, config.number_count) &&
	       match__arguments(&run->matched, scratch, &run->actor, config.fact_end,
				config.number_end) &&
	       hook__read_arguments(run, config.number_count, config.entry_count) &&
	       match__arguments(&run->matched, scratch, &run->actor, config.number_end,
				config.entry_end);
}

/* Acts for the selectors that are left, and reports. Returns the error to override with, or 0. */
static __always_inline int hook__act(struct hook_run *run)
{
	struct hook_counters_row *counts = hook__counters();
	struct verdict verdict = {};
	__u32 outcome;

	if (config.owned_socket)
		socket__find_owner(run->scratch);
	verdict__collect(&run->matched, run->scratch, &verdict);
	changes__settle(run);
	if (counts)
		counts->matched += 1;
	outcome = verdict__execute(&verdict, counts);
	if (config.flags & HOOK_FLAG_SETS)
		outcome |= variables__outcome(run->scratch, counts);
	if (verdict.is_posted && config.is_limited)
		verdict.is_posted = rates__allow(run->scratch);
	if (verdict.is_posted || verdict.is_held)
		hook__describe(run, &verdict, outcome);
	if (verdict.is_posted) {
		if (counts)
			counts->posted += 1;
		if (!verdict.is_overridden && hash__is_wanted(run->scratch)) {
			run->scratch->arguments.values[0] = *(__u64 *)run->ctx;
			held__keep(run->scratch);
		} else
			record__emit(run->scratch, config.hook_id);
	}
	if ((config.flags & HOOK_FLAG_RETURNS) && verdict.is_held)
		hook__hold(run->scratch);
	return outcome & OUTCOME_FLAG_OVERRIDDEN ? verdict.override_error : 0;
}

/* Matches and acts. Returns the error to override the hook with, or 0. */
static __always_inline int hook__run(void *ctx, arguments_reader read)
{
	struct hook_run run;
	struct hook_counters_row *counts = hook__counters();
	int error = 0;

	if (counts)
		counts->runs += 1;
	run.ctx = ctx;
	run.actor.task = bpf_get_current_task_btf();
	run.actor.state = 0;
	if (facts__need_state())
		run.actor.state = process__state(run.actor.task->group_leader);
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++)
		run.matched.words[word] = config.all.words[word];
	if (!match__facts(&run.matched, &run.actor))
		return 0;
	run.scratch = scratch__claim_undisturbed();
	if (!run.scratch) {
		loss__count(LOSS_REASON_SCRATCH_BUSY, RECORD_KIND_HOOK, config.hook_id);
		return 0;
	}
	__builtin_memset(&run.scratch->hook, 0, sizeof(run.scratch->hook));
	run.scratch->length = sizeof(run.scratch->hook);
	read(&run.scratch->arguments, ctx);
	if (hook__match_arguments(&run))
		error = hook__act(&run);
	scratch__release_undisturbed(run.scratch);
	/* The verifier wants proof that a security hook returns 0 or an errno. */
	if (error > 0 || error < -4095)
		return -1;
	return error;
}

#endif
