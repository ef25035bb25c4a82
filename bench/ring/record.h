/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The record of the ring benchmark, shared by the program that writes and the one in C that reads.
 */
#ifndef WARDER_BENCH_RECORD_H
#define WARDER_BENCH_RECORD_H

#include <linux/types.h>

#define PATH_SIZE 128

enum phase {
	PHASE_WARM_UP = 1, /* not measured: code gets compiled, caches get warm */
	PHASE_MEASURED = 2,
	PHASE_END = 3,
};

struct bench_record {
	__u32 kind;
	__u32 phase;
	__u64 sequence;
	__u64 time_ns;
	__u64 cgroup_id;
	__u64 inode;
	__u32 tgid;
	__u32 tid;
	__u32 uid;
	__u32 gid;
	__u32 flags;
	__u32 path_length; /* without the final NUL */
	char comm[16];
	char path[PATH_SIZE];
	__u8 rest[48];
};

struct bench_counters {
	__u64 produced; /* of the measured phase */
	__u64 lost;	/* of the measured phase */
};

_Static_assert(sizeof(struct bench_record) == 256, "the benchmark is about 256-byte records");

#endif
