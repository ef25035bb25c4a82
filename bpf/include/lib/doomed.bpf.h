/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Processes that are killed with all that descends from them. A program signals the task that runs
 * and no other (bpf_send_signal), so that the others are left to a thread of the agent.
 */
#ifndef WARDER_LIB_DOOMED_H
#define WARDER_LIB_DOOMED_H

#include "process.bpf.h"

/* When the ring is full, the record of the event still says what happened. */
static __always_inline void doomed__say(struct task_struct *leader)
{
	struct doomed_row row = {};

	row.start_ns = process__key(leader);
	row.tgid = BPF_CORE_READ(leader, tgid);
	bpf_ringbuf_output(&doomed, &row, sizeof(row), BPF_RB_FORCE_WAKEUP);
}

/* Tells of the process that runs, unless it never forked: then it is told of by another thread that
 * is in the middle of a fork. A thread of the kernel is not killed, and what it starts is others'
 * work.
 */
static __always_inline void doomed__tell(void)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct process_state *state = bpf_task_storage_get(&processes, leader, 0, 0);
	__u64 forks = PROCESS_FORKS_SEEN;

	if (leader->flags & PF_KTHREAD)
		return;
	if (state)
		forks = __sync_fetch_and_or(&state->forks, PROCESS_FORKS_DOOMED);
	if (state && (state->flags & PROCESS_STATE_KNOWN) && !(forks & PROCESS_FORKS_SEEN))
		return;
	doomed__say(leader);
}

/* A fork was seen of a process that is being killed: the signal came too late to stop it. */
static __always_inline void doomed__forked(struct process_state *state, struct task_struct *leader)
{
	if (__sync_fetch_and_or(&state->forks, PROCESS_FORKS_SEEN) & PROCESS_FORKS_DOOMED)
		doomed__say(leader);
}

#endif
