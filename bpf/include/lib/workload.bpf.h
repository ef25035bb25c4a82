/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which workload a cgroup belongs to: a container, a service, the host. */
#ifndef WARDER_LIB_WORKLOAD_H
#define WARDER_LIB_WORKLOAD_H

#include "maps.bpf.h"

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

/* A new cgroup is of the workload of the one above it. */
static __always_inline void workload__inherit(struct cgroup *cgroup)
{
	__u64 parent = cgroup__parent_id(cgroup), id = cgroup__id(cgroup);
	__u32 *workload = bpf_map_lookup_elem(&cgroups, &parent);

	if (workload)
		bpf_map_update_elem(&cgroups, &id, workload, BPF_ANY);
}

/* The scopes that the current process is in; NULL when it is of no workload. */
static __always_inline const struct workload_row *workload__current(void)
{
	__u64 id = bpf_get_current_cgroup_id();
	__u32 *workload = bpf_map_lookup_elem(&cgroups, &id);

	return workload ? bpf_map_lookup_elem(&workloads, workload) : 0;
}

#endif
