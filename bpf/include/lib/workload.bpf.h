/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which workload a cgroup belongs to: a container, a service, the host. */
#ifndef WARDER_LIB_WORKLOAD_H
#define WARDER_LIB_WORKLOAD_H

#include "emit.bpf.h"
#include "process.bpf.h"

/* Other hierarchies have ids of their own, which may be the same numbers. */
static __always_inline bool cgroup__is_default(struct cgroup *cgroup)
{
	return BPF_CORE_READ(cgroup, root, hierarchy_id) == 0;
}

static __always_inline __u64 cgroup__id(struct cgroup *cgroup)
{
	return BPF_CORE_READ(cgroup, kn, id);
}

static __always_inline __u64 cgroup__parent_id(struct cgroup *cgroup)
{
	void *parent = BPF_CORE_READ(cgroup, self.parent);

	if (!parent)
		return 0;
	return cgroup__id(parent - bpf_core_field_offset(struct cgroup, self));
}

/* Digits of the id that container runtimes put at the end of the name of a cgroup. */
#define CONTAINER_ID_LENGTH 64

/* The longest name that is looked at: a slice of a pod, the runtime and the id. */
#define CGROUP_NAME_SIZE 256

static __always_inline bool character__is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

struct name_walk {
	const char *name;
	__u32 at;
	__u32 digits;
};

static int name__step(__u32 index, struct name_walk *walk)
{
	char c = 0;

	bpf_probe_read_kernel(&c, 1, walk->name + walk->at + index);
	if (!character__is_hex(c))
		return 1;
	walk->digits++;
	return 0;
}

/* Whether a runtime or the kubelet names a cgroup like that: `kubepods…`, or at the end an id with
 * or without `.scope`. Where nobody follows pods, containers outside of `kubepods` are the host's
 * from their first instruction on, as nobody will ever say otherwise.
 */
static __always_inline bool cgroup__is_of_container(struct cgroup *cgroup)
{
	struct name_walk walk = {.name = BPF_CORE_READ(cgroup, kn, name)};
	char text[8] = {}, tail[8] = {};
	char whole[CGROUP_NAME_SIZE];
	__u64 *follows_pods = control__get(CONTROL_NUMBER_FOLLOWS_PODS);
	long size = bpf_probe_read_kernel_str(whole, sizeof(whole), walk.name);
	__u32 length = size - 1;

	bpf_probe_read_kernel(text, sizeof(text), walk.name);
	if (text[0] == 'k' && text[1] == 'u' && text[2] == 'b' && text[3] == 'e')
		return true;
	if (size <= CONTAINER_ID_LENGTH || !follows_pods || !*follows_pods)
		return false;
	bpf_probe_read_kernel(tail, 6, walk.name + length - 6);
	if (tail[0] == '.' && tail[1] == 's' && tail[2] == 'c' && tail[3] == 'o')
		length -= 6;
	if (length < CONTAINER_ID_LENGTH)
		return false;
	walk.at = length - CONTAINER_ID_LENGTH;
	bpf_loop(CONTAINER_ID_LENGTH, name__step, &walk, 0);
	return walk.digits == CONTAINER_ID_LENGTH;
}

/* Levels of the hierarchy that rows are looked for on: kubelets and runtimes use less than ten. */
#define CGROUP_LEVELS_MAX 32

/* Cgroups between a new one and the nearest that has a row. */
#define CGROUP_ASCENT_MAX 64

struct ascent {
	struct cgroup *cgroup;
	__u32 workload; /* WORKLOAD_NUMBER_NONE as long as none was found */
};

static int cgroup__ascend(__u32 index, struct ascent *ascent)
{
	struct cgroup *below = ascent->cgroup;
	void *above = BPF_CORE_READ(below, self.parent);
	__u32 *workload;
	__u64 id;

	if (!above)
		return 1;
	ascent->cgroup = above - bpf_core_field_offset(struct cgroup, self);
	id = cgroup__id(ascent->cgroup);
	workload = bpf_map_lookup_elem(&cgroups, &id);
	if (!workload)
		return 0;
	ascent->workload = *workload;
	return 1;
}

/* A new cgroup is of the workload of the one above it, for which it needs no row of its own: who
 * may make cgroups in a container could else use up the room of all others. Only that of a new
 * container is not the host's: which it is user space has to say, and until then nobody knows.
 * Runtimes that know of pods are root; what other users name like that stays theirs.
 */
static __always_inline void workload__inherit(struct cgroup *cgroup)
{
	__u64 id = cgroup__id(cgroup);
	struct ascent ascent = {.cgroup = cgroup};
	__u32 unnamed = WORKLOAD_NUMBER_UNNAMED;

	if ((__u32)bpf_get_current_uid_gid() != 0 || !cgroup__is_of_container(cgroup))
		return;
	bpf_loop(CGROUP_ASCENT_MAX, cgroup__ascend, &ascent, 0);
	if (ascent.workload == WORKLOAD_NUMBER_HOST)
		bpf_map_update_elem(&cgroups, &id, &unnamed, BPF_ANY);
}

/* Tells user space about a change of the hierarchy, which a process made or went through. */
static __always_inline void cgroup__report(struct cgroup *cgroup, const char *path,
					   enum cgroup_change change, struct task_struct *process)
{
	struct scratch *scratch = scratch__claim();
	struct cgroup_record *record;

	if (!scratch) {
		loss__count(LOSS_REASON_SCRATCH_BUSY, RECORD_KIND_CGROUP, 0);
		return;
	}
	record = (struct cgroup_record *)scratch->record;
	__builtin_memset(record, 0, sizeof(*record));
	record__begin(scratch, RECORD_KIND_CGROUP, process);
	scratch->length = sizeof(*record);
	record->cgroup_id = cgroup__id(cgroup);
	record->parent_id = cgroup__parent_id(cgroup);
	record->change = change;
	record->path = record__append_string(scratch, path);
	record__emit(scratch, 0);
	scratch__release(scratch);
}

/* Keeps the row of the lowest level that has one. */
static int cgroup__descend(__u32 level, __u32 *workload)
{
	__u64 id = bpf_get_current_ancestor_cgroup_id(level);
	__u32 *found;

	if (!id)
		return 1;
	found = bpf_map_lookup_elem(&cgroups, &id);
	if (found)
		*workload = *found;
	return 0;
}

/* The scopes that the current process is in; NULL when it is of no workload. A cgroup without a row
 * is of the workload of those above it, however deep it is: levels are counted from the root, where
 * nobody can put anything in between.
 */
static __always_inline const struct workload_row *workload__current(void)
{
	__u64 id = bpf_get_current_cgroup_id();
	__u32 *row = bpf_map_lookup_elem(&cgroups, &id);
	__u32 workload = WORKLOAD_NUMBER_NONE;

	if (row)
		workload = *row;
	else
		bpf_loop(CGROUP_LEVELS_MAX, cgroup__descend, &workload, 0);
	if (workload == WORKLOAD_NUMBER_NONE)
		return 0;
	if (workload == WORKLOAD_NUMBER_UNNAMED)
		counter__add(COUNTER_UNNAMED_WORKLOAD);
	return bpf_map_lookup_elem(&workloads, &workload);
}

#endif
