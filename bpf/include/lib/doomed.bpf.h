/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Processes that are killed with all that descends from them. A program signals the task that runs
 * and no other (bpf_send_signal), so that the others are left to a thread of the agent.
 */
#ifndef WARDER_LIB_DOOMED_H
#define WARDER_LIB_DOOMED_H

#include "process.bpf.h"

/* Tells of the process that runs, unless it never forked. A thread of the kernel is not killed, and
 * what it starts is others' work. When the ring is full, the record of the
 * event still says what happened.
 */
static __always_inline void doomed__tell(void)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct process_state *state = bpf_task_storage_get(&processes, leader, 0, 0);
	struct doomed_row row = {};

	if (leader->flags & PF_KTHREAD)
		return;
	if (state && (state->flags & PROCESS_STATE_KNOWN) && !state->forked)
		return;
	row.start_ns = process__key(leader);
	row.tgid = leader->tgid;
	bpf_ringbuf_output(&doomed, &row, sizeof(row), BPF_RB_FORCE_WAKEUP);
}

#endif
