/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Records that wait for their call to return, one for each thread and hook. */
#ifndef WARDER_LIB_HELD_H
#define WARDER_LIB_HELD_H

#include "config.bpf.h"
#include "emit.bpf.h"
#include "object.bpf.h"

/* What the thread holds; NULL when that is nothing. */
static __always_inline struct held_record *held__of(struct task_struct *task)
{
	struct held_record *kept = bpf_task_storage_get(&held, task, 0, 0);

	return kept && kept->length ? kept : 0;
}

/* Reports without a return value, which status says the reason of. */
static __noinline int held__send(struct held_record *kept, __u32 status)
{
	struct hook_record *record = (struct hook_record *)kept->record;
	__u32 size = kept->length;

	if (size > HELD_RECORD_MAX)
		return -1;
	/* As in record__emit. */
	asm volatile("" : "+r"(size));
	if (size < sizeof(*record))
		return -1;
	kept->length = 0;
	record->return_status = status;
	return record__send(&record->header, size, kept->hook_id);
}

/* The end of what a thread holds whose call cannot be evaluated. */
static __always_inline void held__end(struct held_record *kept, struct task_struct *task,
				      __u32 status)
{
	held__send(kept, status);
	bpf_task_storage_delete(&held, task);
}

/* What is left of a record that is kept: a hash is appended later. */
static __always_inline __u32 held__limit(void)
{
	return config.flags & HOOK_FLAG_HASHES ? HELD_RECORD_MAX - FILE_HASH_MAX : HELD_RECORD_MAX;
}

/* Keeps a part of the record only if it is there whole. */
static __always_inline void slice__shorten(struct slice *slice)
{
	if (slice->offset + slice->length > held__limit())
		*slice = (struct slice){};
}

/* Cuts the texts that reach beyond the limit; what has members is there whole or not. */
static __always_inline void held__shorten(struct hook_record *record)
{
	slice__shorten(&record->kernel_stack);
	slice__shorten(&record->user_stack);
	for (__u32 i = 0; i < HOOK_ARGUMENTS_MAX; i++) {
		struct argument_record *argument = &record->arguments[i];
		__u32 offset = argument->text.offset;

		if (offset + argument->text.length <= held__limit())
			continue;
		argument->status = ARGUMENT_STATUS_TRUNCATED;
		if (offset >= held__limit() || detail__size(argument->type)) {
			argument->text.offset = 0;
			argument->text.length = 0;
			continue;
		}
		argument->text.length = held__limit() - offset;
	}
}

/* Keeps the record of the work area until the call returns. One that cannot be kept is reported at
 * once, and so is one that an outer call of the same thread left.
 */
static __noinline int held__keep(struct scratch *scratch)
{
	struct hook_record *record = (struct hook_record *)scratch->record;
	__u32 size = scratch->length;
	struct held_record *kept;

	kept = bpf_task_storage_get(&held, bpf_get_current_task_btf(), 0,
				    BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!kept) {
		counter__add(COUNTER_STATE_FAILED);
		record->return_status = RETURN_STATUS_UNHELD;
		return record__emit(scratch, config.hook_id);
	}
	if (kept->length)
		held__send(kept, RETURN_STATUS_SUPERSEDED);
	if (size > held__limit()) {
		held__shorten(record);
		size = held__limit();
	}
	if (bpf_probe_read_kernel(kept->record, size, record))
		return -1;
	for (__u32 i = 0; i < FUNCTION_ARGUMENTS_MAX; i++)
		kept->arguments[i] = scratch->arguments.values[i];
	kept->generation = config.generation;
	kept->hook_id = config.hook_id;
	kept->slot = config.return_slot;
	kept->length = size;
	return 0;
}

#endif
