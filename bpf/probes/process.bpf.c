// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Base sensor: which processes there are. Exec, fork and exit as they happen, and once the
 * processes that were there before.
 */
#include "../include/kernel.h"
#include "../include/lib/ancestor.bpf.h"
#include "../include/lib/doomed.bpf.h"
#include "../include/lib/image.bpf.h"
#include "../include/lib/workload.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* argv of a process that was already running; the iterator's buffer holds 32 KiB. */
#define SEED_ARGV_SIZE_MAX 8192

/* Set when the exec, fork and exit programs are those of an earlier agent: what that one has seen,
 * this one has not.
 */
const volatile bool seeds_all;

/* Hook: sched_process_exec, after the new image is in place. Kernel >= 6.1. May fail to read argv
 * when its pages are gone already, which is flagged. p is the current task; since an exec makes its
 * caller the leader, also the group leader.
 */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct process_state *state = process__state(task);
	struct scratch *scratch = scratch__claim();
	struct exec_record *record;

	if (state) {
		state->start_ns = process__start(task);
		state->binary_id = 0;
		state->naming = BINARY_NAMING_OPEN;
		state->flags &= ~PROCESS_STATE_REMEMBERED;
		/* A process from before the sensor, or a thread that took its leader's place. */
		if (!(state->flags & PROCESS_STATE_KNOWN)) {
			state->forks |= PROCESS_FORKS_SEEN; /* As far as anybody knows. */
			ancestors__find(state, task);
			if (task__in_init_tree(task))
				state->flags |= PROCESS_STATE_IN_INIT_TREE;
		}
	}
	if (!scratch) {
		loss__count(LOSS_REASON_SCRATCH_BUSY, RECORD_KIND_EXEC, 0);
		return 0;
	}
	record = exec__begin(scratch, task);
	changes__begin(state, record);
	record->image_time_ns = record->header.time_ns;
	record->parent_start_ns = process__key(task->real_parent->group_leader);
	record->parent_tgid = task->real_parent->tgid;
	record->old_tid = old_pid;
	if (old_pid != task->tgid)
		record->flags |= EXEC_FLAG_NON_LEADER;
	if (state && (state->flags & PROCESS_STATE_FORKED))
		record->flags |= EXEC_FLAG_CLONE;
	if (state && (state->flags & PROCESS_STATE_IN_INIT_TREE))
		record->flags |= EXEC_FLAG_IN_INIT_TREE;
	exec__fill_args(scratch, task);
	exec__fill_paths(scratch, task, state);
	/* Before a child can be forked, which inherits the lineage. */
	binary__look_up(state);
	record->flags |= privileges__changed(record, bprm);
	record->filename = record__append_string(scratch, BPF_CORE_READ(bprm, filename));
	if (BPF_CORE_READ(bprm, interp) != BPF_CORE_READ(bprm, filename))
		record->interpreter = record__append_string(scratch, BPF_CORE_READ(bprm, interp));
	record__emit(scratch, 0);
	scratch__release(scratch);
	if (state)
		state->flags = (state->flags | PROCESS_STATE_KNOWN) & ~PROCESS_STATE_FORKED;
	return 0;
}

/* Hook: sched_process_fork, before the child runs. Kernel >= 6.1. Threads are not processes. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *parent, struct task_struct *child)
{
	struct process_state *state, *inherited;
	struct scratch *scratch;
	struct fork_record *record;
	__u32 level;

	if (child->pid != child->tgid)
		return 0;
	state = process__state(child);
	inherited = bpf_task_storage_get(&processes, parent->group_leader, 0, 0);
	if (state) {
		state->start_ns = process__start(child);
		state->flags = PROCESS_STATE_KNOWN | PROCESS_STATE_FORKED;
		state->exited = 0;
		if (inherited && inherited->naming == BINARY_NAMING_DONE) {
			bpf_probe_read_kernel(&state->binary, sizeof(state->binary),
					      &inherited->binary);
			state->naming = BINARY_NAMING_DONE;
			state->binary_id = inherited->binary_id;
		}
		ancestors__inherit(state, parent->group_leader, inherited);
		if (inherited) {
			lineage__inherit(state, inherited);
			changes__inherit(state, inherited);
		}
		if (inherited && (inherited->flags & PROCESS_STATE_KNOWN))
			state->flags |= inherited->flags & PROCESS_STATE_IN_INIT_TREE;
		else if (task__in_init_tree(child))
			state->flags |= PROCESS_STATE_IN_INIT_TREE;
		if (task__namespace_pid(child, &level) == 1 && level > 0)
			state->flags |= PROCESS_STATE_IN_INIT_TREE;
	}
	/* By now whoever looks knows whom the child descends from. */
	if (inherited)
		doomed__forked(inherited, parent->group_leader);
	scratch = scratch__claim();
	if (!scratch) {
		loss__count(LOSS_REASON_SCRATCH_BUSY, RECORD_KIND_FORK, 0);
		return 0;
	}
	record = (struct fork_record *)scratch->record;
	record__begin(scratch, RECORD_KIND_FORK, child);
	scratch->length = sizeof(*record);
	record->parent_start_ns = process__key(child->real_parent->group_leader);
	record->parent_tgid = child->real_parent->tgid;
	record->forker_start_ns = process__key(parent->group_leader);
	record->forker_tgid = parent->tgid;
	record->reserved = 0;
	record->cgroup_id = task__cgroup_id(child);
	record->namespace_pid = task__namespace_pid(child, &level);
	record__emit(scratch, 0);
	scratch__release(scratch);
	return 0;
}

/* What wait(2) will report. The last thread's own code counts only when nobody ended the group. */
static __always_inline __u32 exit__status(struct task_struct *leader)
{
	if (BPF_CORE_READ(leader, signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(leader, signal, group_exit_code);
	return BPF_CORE_READ(leader, exit_code);
}

/* Hook: sched_process_exit. Kernel >= 6.1. One record per process, from its last thread: two that
 * leave together may both see no other thread alive, so the state remembers who was first.
 */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
	struct process_state *state;
	struct scratch *scratch;
	struct exit_record *record;

	if (BPF_CORE_READ(task, signal, live.counter) > 0)
		return 0;
	state = process__state(task->group_leader);
	if (state && __sync_val_compare_and_swap(&state->exited, 0, 1) != 0)
		return 0;
	scratch = scratch__claim();
	if (!scratch) {
		loss__count(LOSS_REASON_SCRATCH_BUSY, RECORD_KIND_EXIT, 0);
		return 0;
	}
	record = (struct exit_record *)scratch->record;
	record__begin(scratch, RECORD_KIND_EXIT, task->group_leader);
	scratch->length = sizeof(*record);
	record->header.tid = task->pid;
	record->status = exit__status(task->group_leader);
	record->uid = BPF_CORE_READ(task, cred, uid.val);
	record__emit(scratch, 0);
	scratch__release(scratch);
	return 0;
}

/* Hook: cgroup_mkdir, before anybody can be in it. Kernel >= 6.1. */
SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(cgroup_made, struct cgroup *cgroup, const char *path)
{
	if (!cgroup__is_default(cgroup))
		return 0;
	workload__inherit(cgroup);
	cgroup__report(cgroup, path, CGROUP_CHANGE_MADE, bpf_get_current_task_btf()->group_leader);
	return 0;
}

/* Hook: cgroup_rmdir, when nobody is in it any more. Kernel >= 6.1. */
SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(cgroup_removed, struct cgroup *cgroup, const char *path)
{
	__u64 id = cgroup__id(cgroup);

	if (!cgroup__is_default(cgroup))
		return 0;
	bpf_map_delete_elem(&cgroups, &id);
	cgroup__report(cgroup, path, CGROUP_CHANGE_REMOVED,
		       bpf_get_current_task_btf()->group_leader);
	return 0;
}

/* Hook: cgroup_attach_task, for each thread that is moved. Kernel >= 6.1. */
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(cgroup_entered, struct cgroup *cgroup, const char *path, struct task_struct *task,
	     bool threadgroup)
{
	if (cgroup__is_default(cgroup) && task->pid == task->tgid)
		cgroup__report(cgroup, path, CGROUP_CHANGE_ENTERED, task);
	return 0;
}

static __always_inline void seed__fill_args(struct scratch *scratch, struct task_struct *task)
{
	struct exec_record *record = (struct exec_record *)scratch->record;
	unsigned long start = BPF_CORE_READ(task, mm, arg_start);
	unsigned long size = BPF_CORE_READ(task, mm, arg_end) - start;

	record->args_size = size > 0xffffffffUL ? 0xffffffffU : size;
	if (size > SEED_ARGV_SIZE_MAX) {
		size = SEED_ARGV_SIZE_MAX;
		record->flags |= EXEC_FLAG_ARGS_TRUNCATED;
	}
	if (size == 0)
		return;
	if (bpf_copy_from_user_task(&scratch->record[sizeof(*record)], size, (void *)start, task,
				    0)) {
		record->flags |= EXEC_FLAG_ARGS_UNREADABLE;
		return;
	}
	record->args.offset = sizeof(*record);
	record->args.length = size;
	scratch->length = sizeof(*record) + size;
}

static __always_inline void seed__fill(struct scratch *scratch, struct task_struct *task,
				       struct process_state *state)
{
	struct exec_record *record = exec__begin(scratch, task);
	struct task_struct *parent = BPF_CORE_READ(task, real_parent, group_leader);

	record->flags = EXEC_FLAG_SEEDED;
	record->image_time_ns = BPF_CORE_READ(task, start_boottime);
	record->parent_start_ns = process__start(parent);
	record->parent_tgid = BPF_CORE_READ(parent, tgid);
	record->old_tid = record->header.tgid;
	if (task__in_init_tree(task))
		record->flags |= EXEC_FLAG_IN_INIT_TREE;
	if (BPF_CORE_READ(task, flags) & PF_KTHREAD) {
		record->flags |= EXEC_FLAG_KERNEL_THREAD;
		record->binary = record__append_string(scratch, task->comm);
		return;
	}
	if (BPF_CORE_READ(task, flags) & PF_FORKNOEXEC)
		record->flags |= EXEC_FLAG_FORKED;
	seed__fill_args(scratch, task);
	exec__fill_paths(scratch, task, state);
}

/* Iterator over tasks, read once after the other programs are attached. Kernel >= 6.1. Writes an
 * exec_record for each process of which no fork or exec was seen. The kernel runs it again for
 * a task whose record did not fit its buffer, so it changes nothing that counts. Executables are
 * named here and not at the first hook, when the process may have renamed its file.
 */
SEC("iter.s/task")
int process_seed(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct process_state *state;
	struct scratch *scratch;
	struct record_header *header;

	if (!task || task->pid != task->tgid)
		return 0;
	state = process__state(task);
	if (!seeds_all && state && (state->flags & PROCESS_STATE_KNOWN))
		return 0;
	scratch = scratch__claim();
	if (!scratch) {
		loss__count(LOSS_REASON_SCRATCH_BUSY, RECORD_KIND_EXEC, 0);
		return 0;
	}
	ancestors__find(state, task);
	seed__fill(scratch, task, state);
	changes__begin(state, (struct exec_record *)scratch->record);
	header = (struct record_header *)scratch->record;
	header->size = scratch->length;
	header->sequence = 0;
	if (scratch->length <= RECORD_SIZE_MAX)
		bpf_seq_write(ctx->meta->seq, scratch->record, scratch->length);
	scratch__release(scratch);
	return 0;
}

struct lineage_walk {
	struct task_struct *process;
	struct process_state *state; /* of the process that the walk began with */
};

static int lineage__ascend(__u32 depth, struct lineage_walk *walk)
{
	struct task_struct *parent = walk->process->real_parent->group_leader;
	struct process_state *other;

	if (!parent || !parent->pid)
		return 1;
	other = bpf_task_storage_get(&processes, parent, 0, 0);
	if (other && walk->state)
		lineage__inherit(walk->state, other);
	walk->process = parent;
	return 0;
}

/* Iterator over tasks, read twice when executables with followChildren were added: in the first
 * pass processes that run already get their own lineage id, in the second those of their ancestors.
 * A child that is forked meanwhile inherits what its parent has. Kernel >= 6.1.
 */
SEC("iter/task")
int lineage_seed(struct bpf_iter__task *ctx)
{
	struct lineage_walk walk = {.process = ctx->task};

	if (!walk.process || walk.process->pid != walk.process->tgid)
		return 0;
	walk.state = process__state(walk.process);
	if (!walk.state)
		return 0;
	/* Seeding named it, or its exec did. */
	binary__look_up(walk.state);
	bpf_loop(LINEAGE_DEPTH_MAX, lineage__ascend, &walk, 0);
	return 0;
}
