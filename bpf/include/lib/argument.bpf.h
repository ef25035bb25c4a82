/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Reading the arguments of a hook into its record, see enum argument_type. */
#ifndef WARDER_LIB_ARGUMENT_H
#define WARDER_LIB_ARGUMENT_H

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

static __always_inline void argument__read_path(struct scratch *scratch,
						struct argument_record *argument, struct path *path,
						struct task_struct *task)
{
	struct path_text text;

	if (path__resolve(scratch, path, task, &text)) {
		argument->status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	argument->text =
	    record__append(scratch, &scratch->path[text.offset & (PATH_SIZE_MAX - 1)], text.length);
	if (!argument->text.length)
		argument->status = ARGUMENT_STATUS_TRUNCATED;
	else if (text.flags & PATH_FLAG_UNRESOLVED)
		argument->status = ARGUMENT_STATUS_UNRESOLVED;
	argument->mode = BPF_CORE_READ(path, dentry, d_inode, i_mode);
}

static __always_inline void argument__read_string(struct scratch *scratch,
						  struct argument_record *argument, __u64 address)
{
	__u32 offset = scratch->length;
	void *to = &scratch->record[offset & 0xffff];
	long size;

	if (offset > RECORD_SIZE_MAX - PATH_SIZE_MAX) {
		argument->status = ARGUMENT_STATUS_TRUNCATED;
		return;
	}
	/* The kernel's half of the address space has the top bit set on every architecture here. */
	if (!(config.flags & HOOK_FLAG_USER_STRINGS) && (__s64)address < 0)
		size = bpf_probe_read_kernel_str(to, PATH_SIZE_MAX, (void *)address);
	else
		size = bpf_probe_read_user_str(to, PATH_SIZE_MAX, (void *)address);
	if (size <= 0) {
		argument->status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	if (size >= PATH_SIZE_MAX)
		argument->status = ARGUMENT_STATUS_TRUNCATED;
	argument->text.offset = offset;
	argument->text.length = size - 1;
	scratch->length = offset + size - 1;
}

/* False when the run is none that policies should see. */
static __always_inline bool argument__read(struct scratch *scratch, __u32 index, __u64 raw,
					   struct task_struct *task)
{
	struct argument_record *argument = hook__argument(scratch, index);
	struct file *file;

	argument->type = config.arguments[index].type;
	switch (config.arguments[index].type) {
	case ARGUMENT_TYPE_INT8:
		argument->value = (__s64)(__s8)raw;
		break;
	case ARGUMENT_TYPE_INT16:
		argument->value = (__s64)(__s16)raw;
		break;
	case ARGUMENT_TYPE_INT:
		argument->value = (__s64)(__s32)raw;
		break;
	case ARGUMENT_TYPE_UINT8:
		argument->value = (__u8)raw;
		break;
	case ARGUMENT_TYPE_UINT16:
		argument->value = (__u16)raw;
		break;
	case ARGUMENT_TYPE_UINT32:
		argument->value = (__u32)raw;
		break;
	case ARGUMENT_TYPE_INT64:
	case ARGUMENT_TYPE_SIZE:
		argument->value = raw;
		break;
	case ARGUMENT_TYPE_STRING:
		argument__read_string(scratch, argument, raw);
		break;
	case ARGUMENT_TYPE_FILE:
		file = (struct file *)raw;
		if (file__is_internal(file))
			return false;
		argument__read_path(scratch, argument,
				    (void *)file + bpf_core_field_offset(struct file, f_path),
				    task);
		break;
	case ARGUMENT_TYPE_PATH:
		argument__read_path(scratch, argument, (struct path *)raw, task);
		break;
	}
	return true;
}

#endif
