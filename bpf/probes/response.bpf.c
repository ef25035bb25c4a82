// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Responses: marks processes that something is to be done to, hands the marks on to what they fork,
 * and sees to it that no fork outruns a kill. Attached while a response is in force.
 */
#include "../include/lib/ancestor.bpf.h"
#include "../include/lib/verdict.bpf.h"
#include "../include/lib/workload.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Process, by its pid -> the key of one of its images. Written before a pass, emptied after it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, TARGETS_MAX);
	__type(key, __u32);
	__type(value, __u64);
} targets SEC(".maps");

/* One row: the pass that is to come. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct marking_row);
} marking SEC(".maps");

/* Hook: task_alloc, when a new thread or process is not there yet. Kernel >= 6.1. What is to be
 * killed forks no more; what is quarantined forks only what can be marked.
 */
SEC("lsm/task_alloc")
int BPF_PROG(response_alloc, struct task_struct *task, unsigned long clone_flags)
{
	struct task_struct *current = bpf_get_current_task_btf();

	if (task__response(current, VERDICT_KIND_KILL))
		return -EPERM;
	if (verdict__inherit(current, task) && verdict__inherit(current->group_leader, task))
		return 0;
	return -ENOMEM;
}

/* Hook: sched_process_fork, when the new thread or process is in the list of tasks. Kernel >= 6.1.
 * Who called fork may have been marked after task_alloc, and a pass before now did not see its
 * child. May fail to mark the child: then a pass finds it by its parent.
 */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(response_fork, struct task_struct *parent, struct task_struct *child)
{
	verdict__inherit(parent, child);
	verdict__inherit(parent->group_leader, child);
	if (task__response(parent, VERDICT_KIND_KILL))
		bpf_send_signal(SIGKILL);
	return 0;
}

/* Hook: sys_enter, where task_alloc cannot refuse. Kernel >= 6.1. A signal that waits keeps fork
 * from happening, and a child that was just made ends with its first system call.
 */
SEC("tp_btf/sys_enter")
int BPF_PROG(response_call, struct pt_regs *regs, long id)
{
	if (task__response(bpf_get_current_task_btf(), VERDICT_KIND_KILL))
		bpf_send_signal(SIGKILL);
	return 0;
}

/* Run by the agent, which writes no ring itself, for a process that it decided about: from there on
 * it is as if a hook had killed it. Kernel >= 5.14.
 */
SEC("syscall")
int response_doom(struct doomed_row *target)
{
	struct doomed_row row = *target;

	return (int)bpf_ringbuf_output(&doomed, &row, sizeof(row), BPF_RB_FORCE_WAKEUP);
}

/* Whether the key is of an image that the process has, or had before an exec. */
static __always_inline bool process__had_key(struct task_struct *leader, __u64 key)
{
	__u64 started = BPF_CORE_READ(leader, start_boottime);

	return key >= started && key <= started + BPF_CORE_READ(leader, self_exec_id);
}

static __always_inline bool task__is_target(struct task_struct *leader)
{
	__u32 tgid = BPF_CORE_READ(leader, tgid);
	__u64 *key = bpf_map_lookup_elem(&targets, &tgid);

	return key && process__had_key(leader, *key);
}

static __always_inline bool ancestor__is_target(const struct ancestor *ancestor)
{
	__u32 tgid = ancestor->tgid;
	__u64 *key = tgid ? bpf_map_lookup_elem(&targets, &tgid) : 0;

	return key && *key >= ancestor->started_ns && *key - ancestor->started_ns < EXECS_MAX;
}

static __always_inline bool forebears__have_target(const struct forebears *from)
{
	for (int depth = 0; depth < ANCESTORS_MAX; depth++)
		if (ancestor__is_target(&from->ancestors[depth]))
			return true;
	return false;
}

struct forebears_walk {
	struct ancestor older;
	bool is_found;
};

static int forebears__ascend(__u32 step, struct forebears_walk *walk)
{
	struct forebears *from = bpf_map_lookup_elem(&forebears, &walk->older);

	if (!from)
		return 1;
	walk->older = from->older;
	walk->is_found = forebears__have_target(from);
	return walk->is_found || !walk->older.tgid;
}

static __always_inline bool task__descends(struct task_struct *leader, __u32 id)
{
	struct process_state *state = bpf_task_storage_get(&processes, leader, 0, 0);
	struct task_struct *parent = leader->real_parent->group_leader;
	struct forebears_walk walk = {};

	if (verdict__has(verdict__of(parent), id))
		return true;
	if (!state)
		return false;
	if (forebears__have_target(&state->forebears))
		return true;
	walk.older = state->forebears.older;
	if (walk.older.tgid)
		bpf_loop(FOREBEARS_STEPS_MAX, forebears__ascend, &walk, 0);
	return walk.is_found;
}

struct cgroup_walk {
	struct cgroup *cgroup;
	__u64 wanted;
	bool is_found;
};

static int cgroup__seek_above(__u32 depth, struct cgroup_walk *walk)
{
	struct cgroup *cgroup = walk->cgroup;
	void *parent;

	if (cgroup__id(cgroup) == walk->wanted) {
		walk->is_found = true;
		return 1;
	}
	parent = BPF_CORE_READ(cgroup, self.parent);
	if (!parent)
		return 1;
	walk->cgroup = parent - bpf_core_field_offset(struct cgroup, self);
	return 0;
}

static __always_inline bool task__is_below(struct task_struct *task, __u64 cgroup_id)
{
	struct cgroup_walk walk = {
	    .cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp),
	    .wanted = cgroup_id,
	};

	bpf_loop(CGROUP_DEPTH_MAX, cgroup__seek_above, &walk, 0);
	return walk.is_found;
}

static __always_inline bool task__is_wanted(struct task_struct *task,
					    const struct marking_row *pass)
{
	struct task_struct *leader = task->group_leader;

	if (pass->scope == MARKING_SCOPE_NONE)
		return false;
	if (verdict__has(verdict__of(leader), pass->id))
		return true;
	if (pass->scope == MARKING_SCOPE_CGROUP)
		return task__is_below(task, pass->cgroup_id);
	if (task__is_target(leader))
		return true;
	return pass->scope == MARKING_SCOPE_TREE && task__descends(leader, pass->id);
}

/* The agent, by the pid that it knows and as who reads the iterator, which pid namespaces do not
 * change; the first process of the machine; threads of the kernel.
 */
static __always_inline bool task__is_spared(struct task_struct *task,
					    const struct marking_row *pass)
{
	__u32 tgid = task->tgid;

	return tgid == 1 || tgid == pass->spared_tgid || tgid == bpf_get_current_pid_tgid() >> 32 ||
	       (task->flags & PF_KTHREAD);
}

/* True when the thread carries the mark afterwards. */
static __always_inline bool task__mark(struct task_struct *task, struct marking_row *pass)
{
	struct verdict *verdict = verdict__of(task);

	if (verdict__has(verdict, pass->id))
		return true;
	if (!task__is_wanted(task, pass))
		return false;
	if (task__is_spared(task, pass)) {
		pass->refused++;
		return false;
	}
	verdict = bpf_task_storage_get(&verdicts, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!verdict || !verdict__add(verdict, pass->id)) {
		pass->failed++;
		return false;
	}
	pass->marked++;
	return true;
}

/* Iterator over tasks: marks what the pass is about and lists what lives and is marked. To be read
 * until it marks nothing new, as a parent may come after its child. Kernel >= 6.1. The kernel runs
 * it again for a task whose row did not fit its buffer: the row is the same then.
 */
SEC("iter/task")
int response_mark(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct marked_row row = {};
	struct marking_row *pass;
	__u32 key = 0;

	if (!task || task->exit_state)
		return 0;
	pass = bpf_map_lookup_elem(&marking, &key);
	if (!pass || !task__mark(task, pass))
		return 0;
	/* Who is asked whether the process is marked is its leader, though it may have ended. */
	if (task->pid != task->tgid && !task__mark(task->group_leader, pass))
		return 0;
	row.start_ns = process__key(task->group_leader);
	row.tgid = task->tgid;
	row.tid = task->pid;
	__builtin_memcpy(row.name, task->group_leader->comm, sizeof(row.name));
	bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
	return 0;
}
