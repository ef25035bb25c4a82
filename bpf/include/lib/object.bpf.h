/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Details of the kernel's objects other than files and sockets. */
#ifndef WARDER_LIB_OBJECT_H
#define WARDER_LIB_OBJECT_H

#include "credentials.bpf.h"
#include "../policy.h"

/* Bytes of the detail of a type; 0: the type has none. */
static __always_inline __u32 detail__size(__u32 type)
{
	switch (type) {
	case ARGUMENT_TYPE_SOCK:
	case ARGUMENT_TYPE_SOCKET:
	case ARGUMENT_TYPE_SKB:
	case ARGUMENT_TYPE_SOCKADDR:
		return sizeof(struct socket_detail);
	case ARGUMENT_TYPE_CRED:
		return sizeof(struct cred_detail);
	case ARGUMENT_TYPE_USER_NAMESPACE:
		return sizeof(struct user_namespace_detail);
	case ARGUMENT_TYPE_BPF_ATTR:
	case ARGUMENT_TYPE_BPF_PROG:
	case ARGUMENT_TYPE_BPF_MAP:
		return sizeof(struct bpf_detail);
	case ARGUMENT_TYPE_PERF_EVENT:
		return sizeof(struct perf_event_detail);
	default:
		return 0;
	}
}

static __always_inline void detail__of_user_namespace(struct user_namespace_detail *detail,
						      struct user_namespace *from)
{
	detail->level = BPF_CORE_READ(from, level);
	detail->uid = BPF_CORE_READ(from, owner.val);
	detail->gid = BPF_CORE_READ(from, group.val);
	detail->inum = BPF_CORE_READ(from, ns.inum);
}

static __always_inline void detail__of_cred(struct cred_detail *detail, const struct cred *cred)
{
	credentials__read(&detail->credentials, cred);
	detail__of_user_namespace(&detail->user_namespace, BPF_CORE_READ(cred, user_ns));
}

/* Of BPF_PROG_LOAD; other commands have other members in the same place. */
static __always_inline long detail__of_bpf_attr(struct bpf_detail *detail, union bpf_attr *attr)
{
	long error = 0;

	error |= bpf_probe_read_kernel(&detail->type, sizeof(detail->type), &attr->prog_type);
	error |= bpf_probe_read_kernel(&detail->instructions, sizeof(detail->instructions),
				       &attr->insn_cnt);
	error |= bpf_probe_read_kernel(detail->name, sizeof(detail->name), attr->prog_name);
	return error;
}

static __always_inline void detail__of_bpf_prog(struct bpf_detail *detail, struct bpf_prog *prog)
{
	detail->type = BPF_CORE_READ(prog, type);
	detail->instructions = BPF_CORE_READ(prog, len);
	BPF_CORE_READ_STR_INTO(&detail->name, prog, aux, name);
}

static __always_inline void detail__of_bpf_map(struct bpf_detail *detail, struct bpf_map *map)
{
	detail->type = BPF_CORE_READ(map, map_type);
	detail->key_size = BPF_CORE_READ(map, key_size);
	detail->value_size = BPF_CORE_READ(map, value_size);
	detail->entries = BPF_CORE_READ(map, max_entries);
	BPF_CORE_READ_STR_INTO(&detail->name, map, name);
}

static __always_inline void detail__of_perf_event(struct perf_event_detail *detail,
						  struct perf_event *event)
{
	__u64 function = BPF_CORE_READ(event, attr.kprobe_func);

	detail->type = BPF_CORE_READ(event, attr.type);
	detail->config = BPF_CORE_READ(event, attr.config);
	detail->probe_offset = BPF_CORE_READ(event, attr.probe_offset);
	/* The name is still in the memory of who opened the event. */
	if (function)
		bpf_probe_read_user_str(detail->function, sizeof(detail->function),
					(void *)function);
}

#endif
