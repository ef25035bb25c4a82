/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Arguments that are files: their path as the process names it, and their mode. */
#ifndef WARDER_LIB_FILE_H
#define WARDER_LIB_FILE_H

#include "config.bpf.h"
#include "process.bpf.h"

/* Set by the kernel on files that it opened for itself; the same bit since 4.19. FMODE_BACKING says
 * it more precisely, but since 6.5 only, and it was moved in stable releases.
 */
#define FMODE_NOACCOUNT (1U << 29)

static __always_inline struct argument_record *hook__argument(struct scratch *scratch, __u32 index)
{
	struct hook_record *record = (struct hook_record *)scratch->record;

	return &record->arguments[index & (HOOK_ARGUMENTS_MAX - 1)];
}

/* One open on an overlay is two opens for the kernel: the second is the overlay's own, of the
 * layer's file, and is not what the process did.
 */
static __always_inline bool file__is_internal(struct file *file)
{
	return BPF_CORE_READ(file, f_mode) & FMODE_NOACCOUNT;
}

/* Takes over the path that was resolved last, if it could be. */
static __always_inline void argument__take_path(struct scratch *scratch,
						struct argument_record *argument, bool is_resolved)
{
	if (!is_resolved) {
		argument->status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	argument->text = record__append(scratch, path__text(scratch), path__length(scratch));
	if (!argument->text.length)
		argument->status = ARGUMENT_STATUS_TRUNCATED;
	else if (scratch->walk.flags & PATH_FLAG_UNRESOLVED)
		argument->status = ARGUMENT_STATUS_UNRESOLVED;
}

static __always_inline void argument__read_path(struct scratch *scratch,
						struct argument_record *argument, struct path *path,
						struct task_struct *task)
{
	argument__take_path(scratch, argument, path__resolve(scratch, path, task));
	argument->mode = BPF_CORE_READ(path, dentry, d_inode, i_mode);
}

/* The file behind a descriptor of the process; NULL when there is none. */
static __always_inline struct file *file__of_descriptor(struct task_struct *task, __u32 number)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = 0;

	if (number < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), &files[number]);
	return file;
}

static __always_inline void argument__read_file(struct scratch *scratch,
						struct argument_record *argument, struct file *file,
						struct task_struct *task)
{
	if (!file) {
		argument->status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	argument__read_path(scratch, argument,
			    (void *)file + bpf_core_field_offset(struct file, f_path), task);
}

static __always_inline void argument__read_dentry(struct scratch *scratch,
						  struct argument_record *argument,
						  struct dentry *dentry, struct task_struct *task)
{
	argument__take_path(scratch, argument, path__resolve_entry(scratch, dentry, 0, task));
	argument->mode = BPF_CORE_READ(dentry, d_inode, i_mode);
}

#endif
