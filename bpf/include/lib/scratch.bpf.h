/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Work areas: a record is built here before it is known whether anybody wants it. */
#ifndef WARDER_LIB_SCRATCH_H
#define WARDER_LIB_SCRATCH_H

#include "maps.bpf.h"

/* Room past the end, so that the verifier can bound offset and length each on its own. */
#define RECORD_AREA_SIZE (65536 + PATH_SIZE_MAX)
#define PATH_AREA_SIZE	 (PATH_SIZE_MAX + NAME_SIZE_MAX + 1)

union scratch_key {
	struct text_key_tiny tiny;
	struct text_key_small small;
	struct text_key_medium medium;
	struct text_key_large large;
	struct binary_key binary;
};

/* Arguments of the hook, in the order of the function's parameters. */
struct hook_arguments {
	__u64 values[FUNCTION_ARGUMENTS_MAX];
	__u64 result; /* at the return only */
	/* HOOK_FLAG_SETS only: of variables of the program that can be overwritten, else 0. */
	__u64 addresses[FUNCTION_ARGUMENTS_MAX];
};

/* Where a text is in the record area of a work area. */
struct text {
	__u32 offset;
	__u32 length;
};

/* A path that is being resolved, see path.bpf.h. */
struct path_walk {
	struct dentry *dentry;
	struct vfsmount *mnt;
	struct dentry *root_dentry;
	struct vfsmount *root_mnt;
	__u32 offset; /* first byte of the text in path; the text ends at PATH_SIZE_MAX */
	__u32 flags;  /* enum path_flag */
};

/* Bytes that are being read into the record, see buffer.bpf.h. */
struct buffer_walk {
	__u64 total; /* bytes that there are */
	__u64 left;  /* of an iterator */
	__u64 skip;  /* before the first */
	__u32 start; /* in the record */
	__u32 length;
	__u32 limit;  /* of length */
	__u32 status; /* enum argument_status */
};

struct scratch {
	__u32 busy;
	__u32 length;	/* bytes of record in use */
	__u32 is_users; /* pointers of the argument are the process's choice */
	__u32 reserved;
	/* Of a MASK or SUBSTRING dimension; off the stack, which is 512 bytes in all. */
	struct selector_set bits;
	struct selector_set held;	  /* selectors whose report waits for the return */
	__u64 hashes[HOOK_ARGUMENTS_MAX]; /* of the arguments, for rate limits */
	struct hook_arguments arguments;
	__u64 socket;		   /* key of the map "sockets" */
	struct socket_owner owner; /* tgid 0: nobody is known to be */
	__u32 set_indexes;	   /* bit n: argument n was to be overwritten */
	__u32 set_outcome;	   /* enum outcome_flag, of that */
	struct path_walk walk;
	struct buffer_walk buffer;
	union scratch_key key;
	char zeroes[TEXT_CLASS_LARGE]; /* never written */
	char path[PATH_AREA_SIZE];
	/* Named by kind so that every object has the wire types in its BTF, where the agent checks
	 * them before it loads the object.
	 */
	union {
		__u8 record[RECORD_AREA_SIZE];
		struct exec_record exec;
		struct fork_record fork;
		struct exit_record exit;
		struct hook_record hook;
		struct loader_record loader;
		struct cgroup_record cgroup;
		struct dns_record dns;
	};
};

/* SCRATCH_SLOTS_PER_CPU areas for each CPU; the agent sets max_entries. A per-CPU map would not do:
 * its values end at 32 KiB, and on a preemptible kernel a second program can run on the same CPU
 * before the first one is done with the area. Hence areas are claimed, by compare and swap.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SCRATCH_SLOTS_PER_CPU);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch *scratch__try(__u32 slot)
{
	struct scratch *scratch = bpf_map_lookup_elem(&scratches, &slot);

	if (!scratch || __sync_val_compare_and_swap(&scratch->busy, 0, 1) != 0)
		return 0;
	scratch->length = 0;
	return scratch;
}

/* Areas in all; the agent sets it with the size of the map. */
const volatile __u32 scratch_count = SCRATCH_SLOTS_PER_CPU;

/* NULL when the areas of this CPU and of those after it are all in use. */
static __always_inline struct scratch *scratch__claim(void)
{
	__u32 slot = bpf_get_smp_processor_id() * SCRATCH_SLOTS_PER_CPU;

	for (__u32 i = 0; i < SCRATCH_TRIES_MAX; i++) {
		struct scratch *scratch;

		if (slot >= scratch_count)
			slot = 0;
		scratch = scratch__try(slot);
		if (scratch)
			return scratch;
		slot++;
	}
	return 0;
}

static __always_inline void scratch__release(struct scratch *scratch)
{
	__sync_val_compare_and_swap(&scratch->busy, 1, 0);
}

/* Kernel >= 6.10. On a kernel with full preemption another task can run the same hook while this
 * one stands inside it, and find the work areas taken. This keeps LSM programs from that. It does
 * not help fentry and fmod_ret: the trampoline counts them as running until after the program, and
 * enabling preemption is where a waiting task gets its turn.
 */
extern void bpf_preempt_disable(void) __ksym __weak;
extern void bpf_preempt_enable(void) __ksym __weak;

/* For whoever must not go without one: nobody else runs on this CPU until it is released. Not in
 * programs that may sleep.
 */
static __always_inline struct scratch *scratch__claim_undisturbed(void)
{
	struct scratch *scratch;

	if (bpf_preempt_disable)
		bpf_preempt_disable();
	scratch = scratch__claim();
	if (!scratch && bpf_preempt_enable)
		bpf_preempt_enable();
	return scratch;
}

static __always_inline void scratch__release_undisturbed(struct scratch *scratch)
{
	scratch__release(scratch);
	if (bpf_preempt_enable)
		bpf_preempt_enable();
}

#endif
