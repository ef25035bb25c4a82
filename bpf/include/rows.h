/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Keys and values of the maps that user space fills for look-ups. Every field is laid out without
 * padding.
 */
#ifndef WARDER_ROWS_H
#define WARDER_ROWS_H

#include <linux/types.h>
#include "limits.h"

struct number_key {
	__u32 dimension;
	__u32 reserved;
	__u64 value; /* MASK: the number of the bit. SUBSTRING: the state */
};

/* The first `length` bytes of a text; those that follow are 0. */
struct text_key_tiny {
	__u32 dimension;
	__u32 length;
	char text[TEXT_CLASS_TINY];
} __attribute__((aligned(8)));

struct text_key_small {
	__u32 dimension;
	__u32 length;
	char text[TEXT_CLASS_SMALL];
} __attribute__((aligned(8)));

struct text_key_medium {
	__u32 dimension;
	__u32 length;
	char text[TEXT_CLASS_MEDIUM];
} __attribute__((aligned(8)));

struct text_key_large {
	__u32 dimension;
	__u32 length;
	char text[TEXT_CLASS_LARGE];
} __attribute__((aligned(8)));

/* The numbers or addresses that begin with the same `bits`; those that follow are 0. */
struct block_key {
	__u16 dimension;
	__u16 bits;
	__u32 reserved;
	__u64 high; /* a number; of an address the first eight bytes, as a big endian number */
	__u64 low;  /* of an address; IPv4 is ::ffff:a.b.c.d */
};

/* A length that prefixes of a dimension have: a node of the tree in which the longest one that a
 * value has is searched for. Numbers of others are places in the map "lengths", 0 for none.
 */
struct length_row {
	__u16 length;  /* bytes of a text, bits of a number or an address */
	__u16 longer;  /* goes on when a row was found under that many, */
	__u16 shorter; /* and when there was none */
	__u16 reserved;
};

struct binary_key {
	char path[BINARY_PATH_SIZE]; /* padded with NUL */
};

/* The row of the map "binaries". */
struct binary_row {
	__u32 id;      /* from 1, never reused */
	__u32 lineage; /* 1 + the lineage id that the executable starts; 0: none */
};

/* The row of the map "workloads". Scopes are numbered over all policies, so that a workload that
 * comes, goes or changes changes one row, and no program.
 */
struct workload_row {
	__u64 scopes[SCOPES_MAX / 64];
};

#endif
