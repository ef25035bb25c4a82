/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the selectors of a run ask for together, and what is done to the task. */
#ifndef WARDER_LIB_ENFORCE_H
#define WARDER_LIB_ENFORCE_H

#include "doomed.bpf.h"

/* What the first matches of all policies ask for together. */
struct verdict {
	bool is_posted;
	bool is_held; /* some report waits for the return */
	bool is_overridden;
	bool is_set;	  /* a variable is to be overwritten */
	bool is_decided;  /* something is left for enforcers in this task, or taken back */
	bool is_withheld; /* a policy in monitor mode would have enforced */
	bool kills_tree;  /* the signal is for all that descends from the process too */
	__s32 override_error;
	__u32 signal; /* 0: none */
};

/* Selectors of one word that signal. */
struct word_signals {
	__u64 signalling;    /* now */
	__u64 killing;	     /* of all of the word */
	__u64 killing_trees; /* the same */
};

/* SIGKILL wins: other signals may be lived on after. True when there is a signal, and none before.
 */
static __always_inline bool verdict__is_signal_open(struct verdict *verdict,
						    const struct word_signals *word)
{
	if (word->signalling & word->killing_trees)
		verdict->kills_tree = true;
	if (word->signalling & word->killing)
		verdict->signal = SIGKILL;
	return word->signalling && !verdict->signal;
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

#endif
