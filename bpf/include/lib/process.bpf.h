/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Who the current process is: its key, its state, the id of its executable. */
#ifndef WARDER_LIB_PROCESS_H
#define WARDER_LIB_PROCESS_H

#include "emit.bpf.h"
#include "path.bpf.h"

/* Levels of parents looked at for the first process of a pid namespace. */
#define INIT_TREE_DEPTH_MAX 32

/* Computed from the task alone, see record_header. */
static __always_inline __u64 process__start(struct task_struct *leader)
{
	return BPF_CORE_READ(leader, start_boottime) + BPF_CORE_READ(leader, self_exec_id);
}

/* The key under which user space knows the image. During an exec the task already counts the new
 * image while its record is yet to come: the state still has the old key, and the two agree.
 */
static __always_inline __u64 process__key(struct task_struct *leader)
{
	struct process_state *state = bpf_task_storage_get(&processes, leader, 0, 0);

	if (state && state->start_ns)
		return state->start_ns;
	return process__start(leader);
}

static __always_inline struct process_state *process__state(struct task_struct *leader)
{
	struct process_state *state;

	state = bpf_task_storage_get(&processes, leader, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!state)
		counter__add(COUNTER_STATE_FAILED);
	return state;
}

static __always_inline __u64 task__cgroup_id(struct task_struct *task)
{
	return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
}

/* pid in the innermost pid namespace; level 0 is the host's. */
static __always_inline __u32 task__namespace_pid(struct task_struct *task, __u32 *level)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	struct upid *number;
	int nr = 0;

	*level = BPF_CORE_READ(pid, level);
	number = numbers + (__u64)*level * bpf_core_type_size(struct upid);
	bpf_probe_read_kernel(&nr, sizeof(nr),
			      (void *)number + bpf_core_field_offset(struct upid, nr));
	return nr;
}

static __always_inline __u32 task__pid_namespace(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	__u32 level = BPF_CORE_READ(pid, level);
	struct pid_namespace *namespace = 0;

	numbers += (__u64)level * bpf_core_type_size(struct upid);
	bpf_probe_read_kernel(&namespace, sizeof(namespace),
			      numbers + bpf_core_field_offset(struct upid, ns));
	return BPF_CORE_READ(namespace, ns.inum);
}

/* True for the first process of a pid namespace and what it started; false for what entered the
 * namespace from outside, as `kubectl exec` does.
 */
static __noinline bool task__in_init_tree(struct task_struct *task)
{
	__u32 level;

	for (int i = 0; i < INIT_TREE_DEPTH_MAX; i++) {
		__u32 pid = task__namespace_pid(task, &level);

		if (level == 0)
			return false;
		if (pid == 1)
			return true;
		task = BPF_CORE_READ(task, real_parent);
	}
	return false;
}

/* Fills the header for the process that the leader stands for. */
static __always_inline struct record_header *
record__begin(struct scratch *scratch, enum record_kind kind, struct task_struct *leader)
{
	struct record_header *header = (struct record_header *)scratch->record;

	header->kind = kind;
	header->flags = 0;
	header->time_ns = bpf_ktime_get_boot_ns();
	header->start_ns = process__key(leader);
	header->tgid = BPF_CORE_READ(leader, tgid);
	header->tid = header->tgid;
	return header;
}

static __always_inline bool task__is_32_bit(struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(task, thread_info.status) & 0x2; /* TS_COMPAT */
#else
	return BPF_CORE_READ(task, thread_info.flags) & (1 << 22); /* TIF_32BIT */
#endif
}

/* Looks the executable's path up among those that policies name; 0 when it is not one of them.
 * Paths that do not fit a key have no id: no matchBinaries value can be that long.
 */
static __always_inline __u32 binary__lookup(struct task_struct *task)
{
	struct scratch *scratch;
	struct path_text text;
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	__u32 *id = 0;

	if (!exe)
		return 0;
	scratch = scratch__claim();
	if (!scratch)
		return 0;
	if (!path__resolve(scratch, (void *)exe + bpf_core_field_offset(struct file, f_path), task,
			   &text) &&
	    text.length < BINARY_PATH_SIZE) {
		struct binary_key *key = &scratch->key.binary;

		__builtin_memset(key, 0, sizeof(*key));
		bpf_probe_read_kernel(key->path, text.length & (BINARY_PATH_SIZE - 1),
				      &scratch->path[text.offset & (PATH_SIZE_MAX - 1)]);
		id = bpf_map_lookup_elem(&binaries, key);
	}
	scratch__release(scratch);
	return id ? *id : 0;
}

/* Id of the current process's executable, looked up once per image and change of policies. */
static __always_inline __u32 binary__id(struct task_struct *task, struct process_state *state)
{
	__u64 *generation = control__get(CONTROL_NUMBER_BINARIES_GENERATION);
	__u32 now;

	if (!state || !generation)
		return binary__lookup(task);
	/* Read before the look-up: a row added meanwhile makes the next hook look again. */
	now = *generation;
	if (state->binaries_generation != now) {
		state->binary_id = binary__lookup(task);
		state->binaries_generation = now;
	}
	return state->binary_id;
}

#endif
