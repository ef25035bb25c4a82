/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Bytes that an argument leads to: in one piece, or in the pieces of a vector. */
#ifndef WARDER_LIB_BUFFER_H
#define WARDER_LIB_BUFFER_H

#include "memory.bpf.h"

/* Begins at the end of the record, with nothing read. */
static __always_inline void buffer__begin(struct scratch *scratch, __u32 limit)
{
	struct buffer_walk *buffer = &scratch->buffer;

	buffer->start = scratch->length;
	buffer->length = 0;
	buffer->limit = limit;
	buffer->status = ARGUMENT_STATUS_OK;
	buffer->total = 0;
	buffer->skip = 0;
	buffer->left = ~0ULL;
}

/* Reads further bytes; what does not fit only counts. */
static __always_inline void buffer__append(struct scratch *scratch, __u64 address, __u64 size)
{
	struct buffer_walk *buffer = &scratch->buffer;
	__u32 room = buffer->limit - buffer->length;
	__u32 at = buffer->start + buffer->length;
	__u32 length;
	long error;

	buffer->total += size;
	length = size < room ? size : room;
	if (!length || buffer->status == ARGUMENT_STATUS_UNREADABLE)
		return;
	/* Or clang would compare other registers than those that are used. */
	barrier_var(at);
	barrier_var(length);
	if (length <= PATH_SIZE_MAX && at <= RECORD_SIZE_MAX - PATH_SIZE_MAX) {
		error = memory__read(scratch, &scratch->record[at & 0xffff], length, address);
	} else if (length <= BUFFER_SIZE_MAX && at <= RECORD_SIZE_MAX - BUFFER_SIZE_MAX) {
		error = memory__read(scratch, &scratch->record[at & 0x7fff], length, address);
	} else {
		buffer->status = ARGUMENT_STATUS_TRUNCATED;
		return;
	}
	if (error)
		buffer->status = ARGUMENT_STATUS_UNREADABLE;
	else
		buffer->length += length;
}

struct vector_walk {
	struct scratch *scratch;
	__u64 vectors; /* array of struct iovec */
	__u64 count;
	__u64 is_kernel; /* the array is the kernel's, also where the bytes are the process's */
};

static int vector__step(__u32 index, struct vector_walk *walk)
{
	struct scratch *scratch = walk->scratch;
	struct buffer_walk *buffer = &scratch->buffer;
	__u64 address = walk->vectors + index * sizeof(struct iovec);
	__u64 piece[2]; /* as struct iovec: address and size */
	long error;

	if (index >= walk->count || !buffer->left)
		return 1;
	if (walk->is_kernel)
		error = bpf_probe_read_kernel(piece, sizeof(piece), (void *)address);
	else
		error = memory__read(scratch, piece, sizeof(piece), address);
	if (error) {
		buffer->status = ARGUMENT_STATUS_UNREADABLE;
		return 1;
	}
	if (buffer->skip >= piece[1]) {
		buffer->skip -= piece[1];
		return 0;
	}
	piece[0] += buffer->skip;
	piece[1] -= buffer->skip;
	buffer->skip = 0;
	if (piece[1] > buffer->left)
		piece[1] = buffer->left;
	buffer->left -= piece[1];
	buffer__append(scratch, piece[0], piece[1]);
	return 0;
}

static __always_inline void buffer__read_vectors(struct vector_walk *walk)
{
	bpf_loop(VECTORS_MAX, vector__step, walk, 0);
	if (walk->count > VECTORS_MAX && walk->scratch->buffer.left)
		walk->scratch->buffer.status = ARGUMENT_STATUS_TRUNCATED;
}

/* What is left in an iterator over memory of the process or of the kernel; none over pages. */
static __always_inline void buffer__read_iterator(struct scratch *scratch, struct iov_iter *iter)
{
	struct buffer_walk *buffer = &scratch->buffer;
	struct vector_walk walk = {.scratch = scratch, .is_kernel = 1};
	__u8 type = BPF_CORE_READ(iter, iter_type);

	buffer->skip = BPF_CORE_READ(iter, iov_offset);
	buffer->left = BPF_CORE_READ(iter, count);
	if (type == bpf_core_enum_value(enum iter_type, ITER_UBUF)) {
		scratch->is_users = 1;
		buffer__append(scratch, (__u64)BPF_CORE_READ(iter, ubuf) + buffer->skip,
			       buffer->left);
		return;
	}
	if (type == bpf_core_enum_value(enum iter_type, ITER_IOVEC)) {
		scratch->is_users = 1;
	} else if (type != bpf_core_enum_value(enum iter_type, ITER_KVEC)) {
		buffer->status = ARGUMENT_STATUS_UNREADABLE;
		return;
	}
	if (bpf_core_field_exists(iter->__iov))
		walk.vectors = (__u64)BPF_CORE_READ(iter, __iov);
	else
		walk.vectors = (__u64)BPF_CORE_READ(iter, iov);
	walk.count = BPF_CORE_READ(iter, nr_segs);
	buffer__read_vectors(&walk);
}

/* The argument is what was read. */
static __always_inline void buffer__finish(struct scratch *scratch,
					   struct argument_record *argument)
{
	struct buffer_walk *buffer = &scratch->buffer;

	argument->value = buffer->total;
	argument->status = buffer->status;
	if (buffer->length && buffer->length < buffer->total)
		argument->status = ARGUMENT_STATUS_TRUNCATED;
	if (!buffer->length)
		return;
	argument->text.offset = buffer->start;
	argument->text.length = buffer->length;
	scratch->length = buffer->start + buffer->length;
}

#endif
