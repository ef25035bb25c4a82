/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The record of a process image: what an exec and a seed have in common. */
#ifndef WARDER_LIB_IMAGE_H
#define WARDER_LIB_IMAGE_H

#include "credentials.bpf.h"
#include "executable.bpf.h"
#include "facts.bpf.h"

/* What the record says becomes what later changes are told from. Copied, as reading it again would
 * take long at each exec, and longer to verify.
 */
static __always_inline void changes__begin(struct process_state *state,
					   const struct exec_record *record)
{
	_Static_assert(sizeof(state->namespaces) == sizeof(record->namespaces),
		       "namespaces of a state are those of a record, in its order");

	if (!state)
		return;
	__builtin_memcpy(state->namespaces, &record->namespaces, sizeof(state->namespaces));
	state->capabilities[0] = record->credentials.cap_effective;
	state->capabilities[1] = record->credentials.cap_permitted;
	state->capabilities[2] = record->credentials.cap_inheritable;
	state->flags |= PROCESS_STATE_REMEMBERED;
}

/* Everything that does not depend on how the process was met. Leaves room for the fixed part. */
static __always_inline struct exec_record *exec__begin(struct scratch *scratch,
						       struct task_struct *leader)
{
	struct exec_record *record = (struct exec_record *)scratch->record;
	__u32 level;

	__builtin_memset(record, 0, sizeof(*record));
	record__begin(scratch, RECORD_KIND_EXEC, leader);
	scratch->length = sizeof(*record);
	record->cgroup_id = task__cgroup_id(leader);
	record->namespace_pid = task__namespace_pid(leader, &level);
	record->tty = task__tty(leader);
	credentials__of_task(&record->credentials, leader);
	namespaces__of_task(&record->namespaces, leader);
	return record;
}

static __always_inline void exec__fill_paths(struct scratch *scratch, struct task_struct *task,
					     struct process_state *state)
{
	struct exec_record *record = (struct exec_record *)scratch->record;
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	struct fs_struct *fs = BPF_CORE_READ(task, fs);

	if (exe) {
		record->flags |= executable__fill(record, exe);
		if (path__resolve(scratch, (void *)exe + bpf_core_field_offset(struct file, f_path),
				  task)) {
			record->binary =
			    record__append(scratch, path__text(scratch), path__length(scratch));
			if (scratch->walk.flags & PATH_FLAG_UNRESOLVED)
				record->flags |= EXEC_FLAG_BINARY_UNRESOLVED;
			if (state && state->naming == BINARY_NAMING_OPEN)
				binary__remember(state, scratch);
		}
	}
	if (fs && path__resolve(scratch, (void *)fs + bpf_core_field_offset(struct fs_struct, pwd),
				task)) {
		record->cwd = record__append(scratch, path__text(scratch), path__length(scratch));
		if (scratch->walk.flags & PATH_FLAG_UNRESOLVED)
			record->flags |= EXEC_FLAG_CWD_UNRESOLVED;
		if (scratch->walk.flags & PATH_FLAG_ROOT)
			record->flags |= EXEC_FLAG_CWD_ROOT;
	}
	record->cgroup_name =
	    record__append_string(scratch, BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, name));
}

/* argv comes right after the fixed part, so that its place is a constant for the verifier. */
static __always_inline void exec__fill_args(struct scratch *scratch, struct task_struct *task)
{
	struct exec_record *record = (struct exec_record *)scratch->record;
	unsigned long start = BPF_CORE_READ(task, mm, arg_start);
	unsigned long size = BPF_CORE_READ(task, mm, arg_end) - start;

	record->args_size = size > 0xffffffffUL ? 0xffffffffU : size;
	if (size > ARGV_SIZE_MAX) {
		size = ARGV_SIZE_MAX;
		record->flags |= EXEC_FLAG_ARGS_TRUNCATED;
	}
	if (size == 0)
		return;
	if (bpf_probe_read_user(&scratch->record[sizeof(*record)], size, (void *)start)) {
		record->flags |= EXEC_FLAG_ARGS_UNREADABLE;
		return;
	}
	record->args.offset = sizeof(*record);
	record->args.length = size;
	scratch->length = sizeof(*record) + size;
}

#endif
