/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Maps that every program of one agent shares. The base sensor's object creates them; every other
 * object reuses them, so their definitions are here once.
 */
#ifndef WARDER_LIB_MAPS_H
#define WARDER_LIB_MAPS_H

#include "../kernel.h"
#include "../limits.h"
#include "../policy.h"
#include "../record.h"
#include "../response.h"

/* Records nobody waits for: written by all programs, read by the agent on a threshold or a timer.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BULK_SIZE);
} ring_bulk SEC(".maps");

/* Records of enforcement: a flood in the other ring cannot push these out. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_URGENT_SIZE);
} ring_urgent SEC(".maps");

/* Processes that are to end with all that descends from them: struct doomed_row, for the thread of
 * the agent that sees to it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_DOOMED_SIZE);
} doomed SEC(".maps");

enum process_state_flag {
	PROCESS_STATE_KNOWN = 1 << 0,  /* a fork or exec of this process was seen */
	PROCESS_STATE_FORKED = 1 << 1, /* no exec since the fork */
	PROCESS_STATE_IN_INIT_TREE = 1 << 2,
	PROCESS_STATE_REMEMBERED = 1 << 3, /* namespaces and capabilities hold something */
};

enum process_forks {
	PROCESS_FORKS_SEEN = 1 << 0,   /* it has forked a process */
	PROCESS_FORKS_DOOMED = 1 << 1, /* what it forks is to be killed */
};

enum binary_naming {
	BINARY_NAMING_OPEN = 0, /* the path was not looked at yet */
	BINARY_NAMING_DONE = 1, /* binary holds it */
	BINARY_NAMING_NONE = 2, /* there is none, or it is longer than any policy can name */
};

#define NAMESPACE_KINDS (FACT_NAMESPACE_USER - FACT_NAMESPACE_UTS + 1)
#define CAPABILITY_SETS (FACT_CAP_INHERITABLE - FACT_CAP_EFFECTIVE + 1)

/* A process that another one descends from. */
struct ancestor {
	__u64 started_ns; /* start_boottime of the leader, which no exec changes */
	__u32 tgid;	  /* 0: none */
	__u32 reserved;
};

/* Whom a process descends from, the nearest first. */
struct forebears {
	struct ancestor ancestors[ANCESTORS_MAX];
	struct ancestor older; /* whose forebears go on with them; tgid 0: nobody's */
	__u64 since;	       /* position of older in ancestors */
};

/* start_ns is the key under which user space knows the image; see record_header. The path of the
 * executable is kept from exec on: a process that renames its file, or moves to another root, stays
 * who it was.
 */
struct process_state {
	__u64 start_ns;
	__u32 flags;  /* enum process_state_flag */
	__u32 exited; /* 0, then 1: the exit was reported */
	__u64 forks;  /* enum process_forks; changed atomically */
	/* Id of the executable, 0 if no policy names it. In the upper half the generation of the
	 * map of binaries it was looked up in, 0 if never. One word, as siblings read it meanwhile.
	 */
	__u64 binary_id;
	__u64 naming; /* enum binary_naming */
	struct binary_key binary;
	__u64 lineage[LINEAGE_IDS_MAX / 64]; /* ids of this process and its ancestors, as bits */
	/* By fact, as they were at exec or when a change of them counted last. */
	__u32 namespaces[NAMESPACE_KINDS];
	__u64 capabilities[CAPABILITY_SETS];
	/* Who forked this process, who forked that one, and so on; not who adopted it. */
	struct forebears forebears;
};

/* Thread-group leader -> state. Created at fork, exec or first need; the kernel frees it with the
 * task, so there is no table to fill up.
 */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct process_state);
} processes SEC(".maps");

/* Every sixteenth process of a lineage -> its forebears, for whom its offspring has no room. They
 * are still asked for when all in between have ended; the least used ones are forgotten.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FOREBEARS_MAX);
	__type(key, struct ancestor);
	__type(value, struct forebears);
} forebears SEC(".maps");

/* Thread -> decisions that its enforcers are to carry out. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} decisions SEC(".maps");

/* A record that waits for its call to return. */
struct held_record {
	__u32 length; /* bytes of record; 0: none */
	__u32 generation;
	__u32 hook_id;
	__u32 slot; /* hook_config.return_slot */
	__u64 arguments[FUNCTION_ARGUMENTS_MAX];
	__u8 record[HELD_RECORD_MAX];
};

/* Thread -> what it is in the middle of. This one is for system calls, of which a thread makes one
 * at a time; every other hook with returns has a map of its own in its place.
 */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct held_record);
} held SEC(".maps");

/* enum control_number -> number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CONTROL_NUMBER_MAX);
	__type(key, __u32);
	__type(value, __u64);
} control SEC(".maps");

/* Path of an executable that some policy names -> its id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct binary_key);
	__type(value, struct binary_row);
} binaries SEC(".maps");

/* Cgroup of the default hierarchy, by its id -> number of its workload. User space says it of the
 * cgroup of a workload; those below are of the same one, with a row of their own or without. Where
 * neither a cgroup nor one above it is in here, nothing that has a scope is about it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, CGROUPS_MAX);
	__type(key, __u64);
	__type(value, __u32);
} cgroups SEC(".maps");

/* By number; row 0 is in no scope. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WORKLOADS_MAX);
	__type(key, __u32);
	__type(value, struct workload_row);
} workloads SEC(".maps");

/* Who made the call that a socket is tracked from. Numbers and no reference: it may have ended. */
struct socket_owner {
	__u64 start_ns; /* with tgid, the key of the process; see record_header */
	__u64 cgroup_id;
	__u32 tgid;
	__u32 tid;
	__u32 uid;
	__u32 reserved;
};

/* struct sock * -> its owner. A socket takes its row along when it ends: see sockets.bpf.c. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SOCKETS_MAX);
	__type(key, __u64);
	__type(value, struct socket_owner);
} sockets SEC(".maps");

/* When a selector with a rate limit posted what it last posted. The oldest are forgotten, so that
 * too many of them post too much and not too little.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, RATES_MAX);
	__type(key, struct rate_key);
	__type(value, __u64);
} rates SEC(".maps");

/* enum counter -> count. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTER_MAX);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

/* Records that did not come, by cause. Written only on loss. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct loss_key);
	__type(value, __u64);
} losses SEC(".maps");

static __always_inline __u64 *control__get(enum control_number number)
{
	__u32 key = number;

	return bpf_map_lookup_elem(&control, &key);
}

static __always_inline void counter__add(enum counter counter)
{
	__u32 key = counter;
	__u64 *value = bpf_map_lookup_elem(&counters, &key);

	if (value)
		*value += 1;
}

static __always_inline __u64 task__cgroup_id(struct task_struct *task)
{
	return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
}

static __noinline int loss__count(__u32 reason, __u32 record_kind, __u32 hook_id)
{
	/* Of the task: programs on packets may not ask for the current cgroup before Linux 6.2. */
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct loss_key key = {
	    .reason = reason,
	    .record_kind = record_kind,
	    .hook_id = hook_id,
	    .cgroup_id = task__cgroup_id(task),
	};
	__u64 one = 1;
	__u64 *value = bpf_map_lookup_elem(&losses, &key);

	if (!value) {
		if (!bpf_map_update_elem(&losses, &key, &one, BPF_NOEXIST))
			return 0;
		value = bpf_map_lookup_elem(&losses, &key);
	}
	if (!value) {
		/* The table is full of causes: count the loss without its cgroup. */
		key.cgroup_id = 0;
		bpf_map_update_elem(&losses, &key, &one, BPF_NOEXIST);
		value = bpf_map_lookup_elem(&losses, &key);
	}
	if (value)
		__sync_fetch_and_add(value, 1);
	return 0;
}

#endif
