/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The command line of the running process, as one text: what argv has, with spaces between. */
#ifndef WARDER_LIB_COMMAND_LINE_H
#define WARDER_LIB_COMMAND_LINE_H

#include "buffer.bpf.h"

/* argv as the process has it now. Only that of the running process: no other memory is in reach. */
static __always_inline void command_line__read(struct scratch *scratch, struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	unsigned long start;

	if (!mm || mm != bpf_get_current_task_btf()->mm) {
		scratch->buffer.status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	scratch->is_users = 1;
	start = BPF_CORE_READ(mm, arg_start);
	buffer__append(scratch, start, BPF_CORE_READ(mm, arg_end) - start);
}

struct join_walk {
	struct scratch *scratch;
	__u32 offset;
};

static int join__step(__u32 index, struct join_walk *walk)
{
	__u8 *byte = &walk->scratch->record[(walk->offset + index) & 0xffff];

	if (!*byte)
		*byte = ' ';
	return 0;
}

/* Every argument ends with NUL: the last one goes, the others become spaces. */
static __always_inline void command_line__join(struct scratch *scratch,
					       struct argument_record *argument)
{
	struct join_walk walk = {.scratch = scratch, .offset = argument->text.offset};
	__u32 length = argument->text.length;

	if (!length)
		return;
	if (!scratch->record[(walk.offset + length - 1) & 0xffff])
		length -= 1;
	argument->text.length = length;
	bpf_loop(length, join__step, &walk, 0);
}

#endif
