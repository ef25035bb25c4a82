/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Decisions that one hook makes and another carries out, in the same thread: NotifyEnforcer. */
#ifndef WARDER_LIB_DECISION_H
#define WARDER_LIB_DECISION_H

#include "config.bpf.h"
#include "maps.bpf.h"

static __always_inline __u64 decisions__pending(struct task_struct *task)
{
	__u64 *pending = bpf_task_storage_get(&decisions, task, 0, 0);

	return pending ? *pending : 0;
}

/* What a selector that acted does to the decisions of the thread. */
static __always_inline void decisions__settle(__u32 selector)
{
	__u64 raised = selectors[selector & (SELECTORS_MAX - 1)].raised;
	__u64 dropped = selectors[selector & (SELECTORS_MAX - 1)].dropped;
	__u64 *pending;

	if (!(raised | dropped))
		return;
	pending = bpf_task_storage_get(&decisions, bpf_get_current_task_btf(), 0,
				       raised ? BPF_LOCAL_STORAGE_GET_F_CREATE : 0);
	if (pending)
		*pending = (*pending & ~dropped) | raised;
	else if (raised)
		counter__add(COUNTER_STATE_FAILED);
}

#endif
