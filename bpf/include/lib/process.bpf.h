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

/* Controlling terminal, as /proc/PID/stat has it (new_encode_dev of the kernel); 0: none. */
static __always_inline __u32 task__tty(struct task_struct *task)
{
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
	__u32 major, minor;

	if (!tty)
		return 0;
	major = BPF_CORE_READ(tty, driver, major);
	minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);
	return (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
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
	return task->thread_info.status & 0x2; /* TS_COMPAT */
#else
	return task->thread_info.flags & (1 << 22); /* TIF_32BIT */
#endif
}

/* Keeps the path that scratch->path holds as the name of the executable. */
static __always_inline void binary__remember(struct process_state *state, struct scratch *scratch)
{
	struct binary_key *key = &scratch->key.binary;
	__u32 length = path__length(scratch);

	if (length >= BINARY_PATH_SIZE) {
		state->naming = BINARY_NAMING_NONE;
		return;
	}
	__builtin_memset(key, 0, sizeof(*key));
	bpf_probe_read_kernel(key->path, length & (BINARY_PATH_SIZE - 1), path__text(scratch));
	bpf_probe_read_kernel(&state->binary, sizeof(state->binary), key);
	state->naming = BINARY_NAMING_DONE;
}

/* For a process whose exec was not seen, or could not be looked at. False: try again next time. */
static __always_inline bool binary__name(struct task_struct *task, struct process_state *state)
{
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	struct scratch *scratch;

	if (!state)
		return false;
	if (!exe) {
		state->naming = BINARY_NAMING_NONE;
		return true;
	}
	scratch = scratch__claim_undisturbed();
	if (!scratch)
		return false;
	if (path__resolve(scratch, (void *)exe + bpf_core_field_offset(struct file, f_path), task))
		binary__remember(state, scratch);
	scratch__release_undisturbed(scratch);
	return state->naming != BINARY_NAMING_OPEN;
}

/* Marks the process with the lineage id that its executable starts. */
static __always_inline void lineage__enter(struct process_state *state, __u32 lineage)
{
	__u32 id = lineage - 1;

	if (lineage && id < LINEAGE_IDS_MAX)
		state->lineage[id / 64] |= 1ULL << (id % 64);
}

/* Looks the executable up by the path that is known of it, once per image and change of policies.
 */
static __always_inline __u32 binary__look_up(struct process_state *state)
{
	__u64 *generation = control__get(CONTROL_NUMBER_BINARIES_GENERATION);
	struct binary_row *row = 0;
	__u64 now, known;

	if (!state || !generation)
		return 0;
	/* Read before the look-up: a row added meanwhile makes the next hook look again. */
	now = *generation << 32;
	known = state->binary_id;
	if ((known & ~0xffffffffULL) == now)
		return known;
	if (state->naming == BINARY_NAMING_OPEN)
		return 0;
	if (state->naming == BINARY_NAMING_DONE)
		row = bpf_map_lookup_elem(&binaries, &state->binary);
	state->binary_id = now | (row ? row->id : 0);
	if (!row)
		return 0;
	lineage__enter(state, row->lineage);
	return row->id;
}

/* The same for a process that may not have been looked at yet. */
static __always_inline __u32 binary__id(struct task_struct *task, struct process_state *state)
{
	if (state && state->naming == BINARY_NAMING_OPEN && !binary__name(task, state))
		return 0;
	return binary__look_up(state);
}

/* A child is of the lineage of its parent. */
static __always_inline void lineage__inherit(struct process_state *state,
					     const struct process_state *parent)
{
	for (__u32 word = 0; word < LINEAGE_IDS_MAX / 64; word++)
		state->lineage[word] |= parent->lineage[word];
}

#endif
