/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Whom a process descends from, also when those in between have ended. */
#ifndef WARDER_LIB_ANCESTOR_H
#define WARDER_LIB_ANCESTOR_H

#include "process.bpf.h"

static __always_inline void ancestor__fill(struct ancestor *ancestor, struct task_struct *leader)
{
	ancestor->started_ns = BPF_CORE_READ(leader, start_boottime);
	ancestor->tgid = BPF_CORE_READ(leader, tgid);
}

/* Who called fork, and then whom that one descends from. CLONE_PARENT gives a child another parent,
 * so that is not asked for. Before `older` leaves the list, who calls fork takes its place: the
 * nearest are known without the map, which forgets.
 */
static __always_inline void ancestors__inherit(struct process_state *state,
					       struct task_struct *forker,
					       struct process_state *inherited)
{
	struct forebears *own = &state->forebears;

	ancestor__fill(&own->ancestors[0], forker);
	if (!inherited)
		return;
	bpf_probe_read_kernel(&own->ancestors[1], sizeof(struct ancestor) * (ANCESTORS_MAX - 1),
			      &inherited->forebears.ancestors[0]);
	if (!inherited->forebears.ancestors[ANCESTORS_MAX - 1].tgid)
		return;
	if (inherited->forebears.older.tgid && inherited->forebears.since < ANCESTORS_MAX - 1) {
		own->older = inherited->forebears.older;
		own->since = inherited->forebears.since + 1;
		return;
	}
	bpf_map_update_elem(&forebears, &own->ancestors[0], &inherited->forebears, BPF_ANY);
	own->older = own->ancestors[0];
	own->since = 0;
}

struct ancestor_walk {
	struct task_struct *process;
	struct process_state *state;
};

static int ancestor__ascend(__u32 depth, struct ancestor_walk *walk)
{
	struct task_struct *process = walk->process;
	struct task_struct *parent = BPF_CORE_READ(process, real_parent, group_leader);

	if (!parent || !BPF_CORE_READ(parent, pid) || depth >= ANCESTORS_MAX)
		return 1;
	ancestor__fill(&walk->state->forebears.ancestors[depth & (ANCESTORS_MAX - 1)], parent);
	walk->process = parent;
	return 0;
}

/* Of a process whose fork nobody saw: the parents that it has. */
static __always_inline void ancestors__find(struct process_state *state, struct task_struct *leader)
{
	struct ancestor_walk walk = {.process = leader, .state = state};

	if (state && !state->forebears.ancestors[0].tgid)
		bpf_loop(ANCESTORS_MAX, ancestor__ascend, &walk, 0);
}

#endif
