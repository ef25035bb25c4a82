/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Turns getppid(path, phase) calls of one process into 256-byte records. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "record.h"

#define SYSCALL_GETPPID 110 /* x86-64 */
#define RING_SIZE	(8 * 1024 * 1024)

/* The reader is woken past this much, in a band as wide as a few records; its timer does the rest.
 */
#define WAKE_BYTES (256 * 1024)
#define WAKE_BAND  1024

struct pt_regs {
	unsigned long di;
	unsigned long si;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_SIZE);
} ring SEC(".maps");

/* The process to record. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} watched SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bench_counters);
} counters SEC(".maps");

static __u64 wake_flags(void)
{
	__u64 waiting = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);

	return waiting >= WAKE_BYTES && waiting < WAKE_BYTES + WAKE_BAND ? BPF_RB_FORCE_WAKEUP
									 : BPF_RB_NO_WAKEUP;
}

static void record__fill(struct bench_record *record, const void *path)
{
	__u64 ids = bpf_get_current_pid_tgid();
	__u64 users = bpf_get_current_uid_gid();
	long length;

	record->kind = 1;
	record->time_ns = bpf_ktime_get_boot_ns();
	record->cgroup_id = bpf_get_current_cgroup_id();
	record->inode = ids ^ users;
	record->tgid = ids >> 32;
	record->tid = (__u32)ids;
	record->uid = (__u32)users;
	record->gid = users >> 32;
	record->flags = 0;
	bpf_get_current_comm(record->comm, sizeof(record->comm));
	length = bpf_probe_read_user_str(record->path, sizeof(record->path), path);
	record->path_length = length > 0 ? (__u32)length - 1 : 0;
}

/* Hook: sys_enter of every process; all but one are left at the first look-up. */
SEC("raw_tp/sys_enter")
int write_record(struct bpf_raw_tracepoint_args *context)
{
	struct pt_regs *registers = (struct pt_regs *)context->args[0];
	struct bench_counters *counter;
	struct bench_record *record;
	__u32 zero = 0;
	__u32 *tgid = bpf_map_lookup_elem(&watched, &zero);
	__u32 phase;

	if (!tgid || bpf_get_current_pid_tgid() >> 32 != *tgid ||
	    context->args[1] != SYSCALL_GETPPID)
		return 0;
	phase = (__u32)BPF_CORE_READ(registers, si);
	counter = bpf_map_lookup_elem(&counters, &zero);
	if (!counter)
		return 0;
	record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	if (phase == PHASE_MEASURED) {
		counter->produced++;
		counter->lost += !record;
	}
	if (!record)
		return 0;
	record->phase = phase;
	record->sequence = counter->produced;
	record__fill(record, (const void *)BPF_CORE_READ(registers, di));
	bpf_ringbuf_submit(record, wake_flags());
	return 0;
}

char _license[] SEC("license") = "GPL";
