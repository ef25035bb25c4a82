/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Marks of responses on threads, and what they mean. A mark is the id of a response; what it means
 * is said by the row of that id. So a release is one row less, whoever carries the mark.
 */
#ifndef WARDER_LIB_VERDICT_H
#define WARDER_LIB_VERDICT_H

#include "../kernel.h"
#include "../limits.h"
#include "../response.h"

#define EPERM  1
#define ENOMEM 12

/* Ids are never given twice while the map is there, so that an old mark stays without meaning. */
struct verdict {
	__u32 ids[VERDICTS_MAX]; /* 0: free */
};

/* Thread -> the responses it is under. The kernel frees it with the thread. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct verdict);
} verdicts SEC(".maps");

/* Id -> the response, while it is in force. User space adds and removes rows. Id 0 is none: its row
 * counts, as denied, the ids that were given.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, RESPONSES_MAX);
	__type(key, __u32);
	__type(value, struct response_row);
} responses SEC(".maps");

/* Cgroup of the default hierarchy, by its id -> id of its quarantine. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, RESPONSES_MAX);
	__type(key, __u64);
	__type(value, __u32);
} quarantined SEC(".maps");

static __always_inline struct response_row *response__get(__u32 id, enum verdict_kind kind)
{
	struct response_row *row = id ? bpf_map_lookup_elem(&responses, &id) : 0;

	return row && row->kind == kind ? row : 0;
}

static __always_inline struct verdict *verdict__of(struct task_struct *task)
{
	return bpf_task_storage_get(&verdicts, task, 0, 0);
}

static __always_inline bool verdict__has(const struct verdict *verdict, __u32 id)
{
	if (!verdict)
		return false;
	for (int slot = 0; slot < VERDICTS_MAX; slot++)
		if (verdict->ids[slot] == id)
			return true;
	return false;
}

/* Marks; false when all slots are taken by responses in force. Others may do the same meanwhile.
 * What is to be killed needs no other mark.
 */
static __always_inline bool verdict__add(struct verdict *verdict, __u32 id)
{
	if (verdict__has(verdict, id))
		return true;
	for (int slot = 0; slot < VERDICTS_MAX; slot++) {
		__u32 old = verdict->ids[slot];

		if (old && bpf_map_lookup_elem(&responses, &old))
			continue;
		if (__sync_val_compare_and_swap(&verdict->ids[slot], old, id) == old)
			return true;
	}
	if (!response__get(id, VERDICT_KIND_KILL))
		return false;
	verdict->ids[0] = id;
	return true;
}

/* The response of a kind that the marks stand for. */
static __always_inline struct response_row *verdict__find(const struct verdict *verdict,
							  enum verdict_kind kind)
{
	struct response_row *row = 0;

	if (!verdict)
		return 0;
	for (int slot = 0; slot < VERDICTS_MAX && !row; slot++)
		row = response__get(verdict->ids[slot], kind);
	return row;
}

/* A thread is under what its process is under: the leader may have been marked first. */
static __always_inline struct response_row *task__response(struct task_struct *task,
							   enum verdict_kind kind)
{
	struct response_row *row = verdict__find(verdict__of(task), kind);

	return row ?: verdict__find(verdict__of(task->group_leader), kind);
}

/* Gives a new thread or process the marks that count; false when it cannot be given one. */
static __always_inline bool verdict__inherit(struct task_struct *from, struct task_struct *to)
{
	struct verdict *had = verdict__of(from), *has;

	if (!had)
		return true;
	for (int slot = 0; slot < VERDICTS_MAX; slot++) {
		__u32 id = had->ids[slot];

		if (!id || !bpf_map_lookup_elem(&responses, &id))
			continue;
		has = bpf_task_storage_get(&verdicts, to, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
		if (!has || !verdict__add(has, id))
			return false;
	}
	return true;
}

#endif
