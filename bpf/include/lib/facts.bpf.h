/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What is known of the current process without an argument of the hook: see enum fact. */
#ifndef WARDER_LIB_FACTS_H
#define WARDER_LIB_FACTS_H

#include "process.bpf.h"

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

/* The value of a fact that is a number. */
static __always_inline __u64 fact__number(__u32 fact, const struct actor *actor)
{
	struct actor parent;
	__u32 level;

	if (fact >= FACT_NAMESPACE_UTS && fact <= FACT_NAMESPACE_USER)
		return namespace__number(actor->task, fact);
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
	case FACT_CAP_EFFECTIVE:
	case FACT_CAP_PERMITTED:
	case FACT_CAP_INHERITABLE:
		return capabilities__get(actor->task, fact);
	default:
		return 0;
	}
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
