/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Sockets that are tracked: TrackSock, UntrackSock, and whom an event of such a socket names. */
#ifndef WARDER_LIB_TRACK_H
#define WARDER_LIB_TRACK_H

#include "argument.bpf.h"
#include "config.bpf.h"
#include "process.bpf.h"

/* Functions that return a pointer return errors as the last addresses. */
#define ERROR_ADDRESS_MIN 0xfffffffffffff001ULL

/* Sockets of other families do not end in inet_sock_destruct, and would leave their row behind. */
static __always_inline bool socket__is_trackable(__u64 address)
{
	struct sock *sock = (struct sock *)address;
	__u16 family;

	if (!address || address >= ERROR_ADDRESS_MIN)
		return false;
	family = BPF_CORE_READ(sock, __sk_common.skc_family);
	return family == AF_INET || family == AF_INET6;
}

/* The idle task owns nothing: who tracks from there has no process at hand. */
static __noinline int socket__track(struct scratch *scratch, __u64 address)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct socket_owner *owner = &scratch->owner;

	if (!socket__is_trackable(address) || !task->tgid)
		return 0;
	owner->start_ns = process__key(task->group_leader);
	owner->cgroup_id = bpf_get_current_cgroup_id();
	owner->tgid = task->tgid;
	owner->tid = task->pid;
	owner->uid = bpf_get_current_uid_gid();
	scratch->socket = address;
	if (bpf_map_update_elem(&sockets, &scratch->socket, owner, BPF_ANY))
		counter__add(COUNTER_STATE_FAILED);
	return 0;
}

static __always_inline void socket__untrack(struct scratch *scratch, __u64 address)
{
	scratch->socket = address;
	bpf_map_delete_elem(&sockets, &scratch->socket);
}

static __always_inline __u64 socket__parameter(const struct scratch *scratch, __u32 place)
{
	__u32 index = place - 1;

	return index < FUNCTION_ARGUMENTS_MAX ? scratch->arguments.values[index] : 0;
}

/* What a selector that acted does to sockets; the one it tracks is the last that counts. */
static __always_inline void sockets__settle(struct scratch *scratch, __u32 selector,
					    __u32 at_return)
{
	const volatile struct selector_row *row = &selectors[selector & (SELECTORS_MAX - 1)];

	if (at_return) {
		if (row->return_tracking == RETURN_TRACKING_TRACK)
			socket__track(scratch, scratch->arguments.result);
		else if (row->return_tracking == RETURN_TRACKING_UNTRACK)
			socket__untrack(scratch, scratch->arguments.result);
		return;
	}
	if (row->untracked)
		socket__untrack(scratch, socket__parameter(scratch, row->untracked));
	if (row->tracked)
		socket__track(scratch, socket__parameter(scratch, row->tracked));
}

/* Leaves in scratch->owner whose socket the hook is about, before actions change that. */
static __always_inline void socket__find_owner(struct scratch *scratch)
{
	struct socket_owner *owner;

	scratch->owner.tgid = 0;
	scratch->socket = socket__parameter(scratch, config.owned_socket);
	owner = bpf_map_lookup_elem(&sockets, &scratch->socket);
	if (owner)
		scratch->owner = *owner;
}

/* The hook may run in any task, as it is the socket that has something to do. */
static __always_inline void socket__name_owner(struct scratch *scratch)
{
	struct hook_record *record = (struct hook_record *)scratch->record;
	const struct socket_owner *owner = &scratch->owner;

	if (!owner->tgid)
		return;
	record->header.start_ns = owner->start_ns;
	record->header.tgid = owner->tgid;
	record->header.tid = owner->tid;
	record->cgroup_id = owner->cgroup_id;
	record->uid = owner->uid;
}

#endif
