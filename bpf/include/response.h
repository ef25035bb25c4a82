/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Responses: what user space and the programs that kill and hold processes tell each other. */
#ifndef WARDER_RESPONSE_H
#define WARDER_RESPONSE_H

#include <linux/types.h>
#include "limits.h"

/* What becomes of the processes that are marked with the id of a response. */
enum verdict_kind {
	VERDICT_KIND_NONE = 0,
	VERDICT_KIND_KILL = 1,
	VERDICT_KIND_QUARANTINE = 2,
};

/* A response in force: the row of its id in the map "responses". Marks mean nothing without. */
struct response_row {
	__u32 kind; /* enum verdict_kind */
	__u32 reserved;
	__u64 denied;  /* operations */
	__u64 last_ns; /* CLOCK_BOOTTIME of the last of them; 0: none */
};

/* Which processes a pass over all tasks marks. */
enum marking_scope {
	MARKING_SCOPE_NONE = 0,	   /* none: those that are marked are listed */
	MARKING_SCOPE_PROCESS = 1, /* the targets */
	MARKING_SCOPE_TREE = 2,	   /* and all that descends from them */
	MARKING_SCOPE_CGROUP = 3,  /* what is in a cgroup or below it */
};

/* The pass that is to come: the row of the map "marking". */
struct marking_row {
	__u32 id;
	__u32 scope;	   /* enum marking_scope */
	__u32 spared_tgid; /* the agent */
	__u32 marked;	   /* out: threads that had no mark before */
	__u32 refused;	   /* out: never marked: of the agent, init, the kernel */
	__u32 failed;	   /* out: threads that could not be given a mark */
	__u64 cgroup_id;
};

/* A thread that lives and is marked, as a pass lists it. */
struct marked_row {
	__u64 start_ns; /* of the process; see record_header */
	__u32 tgid;
	__u32 tid;
	__u8 name[OBJECT_NAME_SIZE]; /* of the process */
};

/* A process that is to end with all that descends from it: what is in the ring "doomed". */
struct doomed_row {
	__u64 start_ns; /* see record_header */
	__u32 tgid;
	__u32 reserved;
};

_Static_assert(sizeof(struct doomed_row) == 16, "doomed_row is wire format");
_Static_assert(sizeof(struct response_row) == 24, "response_row is wire format");
_Static_assert(sizeof(struct marking_row) == 32, "marking_row is wire format");
_Static_assert(sizeof(struct marked_row) == 32, "marked_row is wire format");

#endif
