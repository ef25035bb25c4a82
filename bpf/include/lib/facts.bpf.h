/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What is known of the current process without an argument of the hook: see enum fact. */
#ifndef WARDER_LIB_FACTS_H
#define WARDER_LIB_FACTS_H

#include "decision.bpf.h"
#include "process.bpf.h"
#include "workload.bpf.h"

/* The process in which a hook runs, or its parent. */
struct actor {
	struct task_struct *task;
	struct process_state *state; /* NULL when no fact needs it, or there is no room for it */
};

static __always_inline struct actor actor__parent(const struct actor *child)
{
	struct actor parent;

	parent.task = child->task->real_parent->group_leader;
	parent.state = process__state(parent.task);
	return parent;
}

/* Plain loads: the kernel turns those of a pointer that is gone into 0. */
static __always_inline __u32 namespace__number(struct task_struct *task, __u32 fact)
{
	switch (fact) {
	case FACT_NAMESPACE_UTS:
		return task->nsproxy->uts_ns->ns.inum;
	case FACT_NAMESPACE_IPC:
		return task->nsproxy->ipc_ns->ns.inum;
	case FACT_NAMESPACE_MNT:
		return task->nsproxy->mnt_ns->ns.inum;
	case FACT_NAMESPACE_PID_NS:
		return task__pid_namespace(task);
	case FACT_NAMESPACE_PID_FOR_CHILDREN:
		return task->nsproxy->pid_ns_for_children->ns.inum;
	case FACT_NAMESPACE_NET:
		return task->nsproxy->net_ns->ns.inum;
	case FACT_NAMESPACE_TIME:
		return task->nsproxy->time_ns->ns.inum;
	case FACT_NAMESPACE_TIME_FOR_CHILDREN:
		return task->nsproxy->time_ns_for_children->ns.inum;
	case FACT_NAMESPACE_CGROUP:
		return task->nsproxy->cgroup_ns->ns.inum;
	case FACT_NAMESPACE_USER:
		return task->cred->user_ns->ns.inum;
	default:
		return 0;
	}
}

static __always_inline __u64 capabilities__get(struct task_struct *task, __u32 fact)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	__u64 set = 0;

	if (fact == FACT_CAP_EFFECTIVE)
		bpf_core_read(&set, sizeof(set), &cred->cap_effective);
	else if (fact == FACT_CAP_PERMITTED)
		bpf_core_read(&set, sizeof(set), &cred->cap_permitted);
	else
		bpf_core_read(&set, sizeof(set), &cred->cap_inheritable);
	return set;
}

/* The state becomes what later changes are told from. */
static __always_inline void changes__remember(struct process_state *state, struct task_struct *task)
{
#pragma unroll
	for (__u32 kind = 0; kind < NAMESPACE_KINDS; kind++)
		state->namespaces[kind] = namespace__number(task, FACT_NAMESPACE_UTS + kind);
#pragma unroll
	for (__u32 set = 0; set < CAPABILITY_SETS; set++)
		state->capabilities[set] = capabilities__get(task, FACT_CAP_EFFECTIVE + set);
	state->flags |= PROCESS_STATE_REMEMBERED;
}

/* A child is told from its parent: what it got at its own start is a change. */
static __always_inline void changes__inherit(struct process_state *state,
					     const struct process_state *parent)
{
	if (!(parent->flags & PROCESS_STATE_REMEMBERED))
		return;
	bpf_probe_read_kernel(state->namespaces, sizeof(state->namespaces), parent->namespaces);
	bpf_probe_read_kernel(state->capabilities, sizeof(state->capabilities),
			      parent->capabilities);
	state->flags |= PROCESS_STATE_REMEMBERED;
}

static __always_inline bool fact__is_change(__u32 fact)
{
	return fact >= FACT_NAMESPACE_CHANGES && fact <= FACT_CAP_INHERITABLE_CHANGES;
}

/* A process that leaves has no namespaces any more, which is no change of them. */
static __always_inline __u64 fact__changes(__u32 fact, const struct actor *actor)
{
	struct process_state *state = actor->state;
	__u64 changes = 0;

	if (!state || !actor->task->nsproxy)
		return 0;
	if (!(state->flags & PROCESS_STATE_REMEMBERED)) {
		changes__remember(state, actor->task);
		return 0;
	}
	switch (fact) {
	case FACT_CAP_EFFECTIVE_CHANGES:
		return state->capabilities[0] ^ capabilities__get(actor->task, FACT_CAP_EFFECTIVE);
	case FACT_CAP_PERMITTED_CHANGES:
		return state->capabilities[1] ^ capabilities__get(actor->task, FACT_CAP_PERMITTED);
	case FACT_CAP_INHERITABLE_CHANGES:
		return state->capabilities[2] ^
		       capabilities__get(actor->task, FACT_CAP_INHERITABLE);
	}
#pragma unroll
	for (__u32 kind = 0; kind < NAMESPACE_KINDS; kind++) {
		__u32 known = state->namespaces[kind];

		if (known && known != namespace__number(actor->task, FACT_NAMESPACE_UTS + kind))
			changes |= 1ULL << kind;
	}
	return changes;
}

/* The pid of a process, and its parent in its place; 0 above the first process. */
static __always_inline __u32 fact__next_pid(__u32 fact, struct task_struct **process)
{
	struct task_struct *leader = *process;
	__u32 pid = leader->tgid;
	__u32 level;

	if (!pid)
		return 0;
	if (fact == FACT_NAMESPACE_PID_LINEAGE)
		pid = task__namespace_pid(leader, &level);
	*process = leader->real_parent->group_leader;
	return pid;
}

/* The value of a fact that is a number. */
static __always_inline __u64 fact__number(__u32 fact, const struct actor *actor)
{
	struct actor parent;
	__u32 level;

	if (fact >= FACT_NAMESPACE_UTS && fact <= FACT_NAMESPACE_USER)
		return namespace__number(actor->task, fact);
	if (fact__is_change(fact))
		return fact__changes(fact, actor);
	switch (fact) {
	case FACT_BINARY:
		return binary__id(actor->task, actor->state);
	case FACT_PARENT_BINARY:
		parent = actor__parent(actor);
		return binary__id(parent.task, parent.state);
	case FACT_PID:
		return actor->task->tgid;
	case FACT_NAMESPACE_PID:
		return task__namespace_pid(actor->task->group_leader, &level);
	case FACT_DECISIONS:
		return decisions__pending(actor->task);
	case FACT_CAP_EFFECTIVE:
	case FACT_CAP_PERMITTED:
	case FACT_CAP_INHERITABLE:
		return capabilities__get(actor->task, fact);
	default:
		return 0;
	}
}

/* The workload behind FACT_SCOPES; NULL when there is none. */
static __always_inline const struct workload_row *fact__workload(void)
{
	return workload__current();
}

/* The path of FACT_BINARY_PATH and FACT_PARENT_BINARY_PATH; NULL when it is not known. */
static __always_inline const char *fact__path(__u32 fact, const struct actor *actor)
{
	struct actor owner = fact == FACT_PARENT_BINARY_PATH ? actor__parent(actor) : *actor;

	if (!owner.state)
		return 0;
	if (owner.state->naming == BINARY_NAMING_OPEN)
		binary__name(owner.task, owner.state);
	return owner.state->naming == BINARY_NAMING_DONE ? owner.state->binary.path : 0;
}

/* The lineage of the process or of its parent; NULL when it is not known. */
static __always_inline const __u64 *fact__lineage(__u32 fact, const struct actor *actor)
{
	struct actor owner = fact == FACT_PARENT_LINEAGE ? actor__parent(actor) : *actor;

	if (!owner.state)
		return 0;
	/* Enters the executable's own id, if it was named since it was last looked up. */
	binary__id(owner.task, owner.state);
	return owner.state->lineage;
}

#endif
