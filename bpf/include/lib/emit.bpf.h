/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Building a record in a work area and putting it into a ring. */
#ifndef WARDER_LIB_EMIT_H
#define WARDER_LIB_EMIT_H

#include "scratch.bpf.h"

/* Appends up to PATH_SIZE_MAX bytes of kernel memory; the slice is empty if they cannot be read. */
static __always_inline struct slice record__append(struct scratch *scratch, const void *from,
						   __u32 size)
{
	struct slice slice = {};
	__u32 offset = scratch->length;

	if (size > PATH_SIZE_MAX)
		size = PATH_SIZE_MAX;
	if (size == 0 || offset > RECORD_SIZE_MAX - PATH_SIZE_MAX)
		return slice;
	if (bpf_probe_read_kernel(&scratch->record[offset & 0xffff], size, from))
		return slice;
	slice.offset = offset;
	slice.length = size;
	scratch->length = offset + size;
	return slice;
}

/* Appends a NUL-terminated string of the kernel, without its NUL. */
static __always_inline struct slice record__append_string(struct scratch *scratch, const char *from)
{
	struct slice slice = {};
	__u32 offset = scratch->length;
	long size;

	if (offset > RECORD_SIZE_MAX - PATH_SIZE_MAX)
		return slice;
	size = bpf_probe_read_kernel_str(&scratch->record[offset & 0xffff], PATH_SIZE_MAX, from);
	if (size <= 1)
		return slice;
	slice.offset = offset;
	slice.length = size - 1;
	scratch->length = offset + size - 1;
	return slice;
}

/* Wakes the reader only when a record takes what is waiting past the threshold; it has a timer for
 * the rest. A wake-up for every record costs the traced process more than all else here together.
 * When records are answered, the kernel wakes a reader that has read all; one that reads is let be.
 */
static __always_inline __u64 ring__wakeup(__u32 size)
{
	__u64 *at_once = control__get(CONTROL_NUMBER_WAKES_AT_ONCE);
	__u64 waiting;

	if (at_once && *at_once)
		return 0;
	waiting = bpf_ringbuf_query(&ring_bulk, BPF_RB_AVAIL_DATA);
	if (waiting < RING_WAKE_BYTES && waiting + size + BPF_RINGBUF_HDR_SZ >= RING_WAKE_BYTES)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

/* Numbers the record and puts its first `size` bytes into a ring. A number is taken even when the
 * ring is full: the gap is how a reader can prove that nothing else is missing.
 */
static __always_inline int record__send(struct record_header *header, __u32 size, __u32 hook_id)
{
	__u64 *sequence = control__get(CONTROL_NUMBER_SEQUENCE);
	long error;

	if (!sequence)
		return -1;
	header->size = size;
	header->sequence = __sync_fetch_and_add(sequence, 1) + 1;
	if (header->flags & RECORD_FLAG_URGENT)
		error = bpf_ringbuf_output(&ring_urgent, header, size, 0);
	else
		error = bpf_ringbuf_output(&ring_bulk, header, size, ring__wakeup(size));
	if (error) {
		loss__count(LOSS_REASON_RING_FULL, header->kind, hook_id);
		return -1;
	}
	counter__add(COUNTER_RECORDS);
	return 0;
}

/* The record of a work area. */
static __always_inline int record__emit(struct scratch *scratch, __u32 hook_id)
{
	__u32 size = scratch->length;

	if (size > RECORD_SIZE_MAX)
		return -1;
	/* Or clang makes one comparison of both, of which 6.1 learns no bound. */
	asm volatile("" : "+r"(size));
	if (size < sizeof(struct record_header))
		return -1;
	return record__send((struct record_header *)scratch->record, size, hook_id);
}

#endif
