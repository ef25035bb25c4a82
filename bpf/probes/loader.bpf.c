// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Files that are mapped executable. Loaded while some policy has `loader`. */
#include "../include/kernel.h"
#include "../include/lib/file.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define VM_EXEC 0x4

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct vm_area_struct {
	struct file *vm_file;
	unsigned long vm_flags;
};

struct perf_mmap_event {
	struct vm_area_struct *vma;
	__u8 build_id[BUILD_ID_SIZE_MAX];
	__u32 build_id_size;
};

/* Kernel >= 6.8: what an overlay maps is a file of its layer. f_path is the path there, and
 * user_path that of the file that was opened; before, f_path is the latter.
 */
struct backing_file {
	struct file file;
	struct path user_path;
};

#pragma clang attribute pop

/* The agent's own perf events, one on each CPU, carry it in config2. They are what makes the kernel
 * look for build ids, and tell the agent's run of the hook from those for other users of perf.
 */
const volatile __u64 mapping_mark;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hook_counters_row);
} hook_counters SEC(".maps");

/* The policies that ask for it are as one selector that is always reported. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct selector_counters_row);
} selector_counters SEC(".maps");

static __always_inline struct path *file__user_path(struct file *file)
{
	if (bpf_core_field_exists(struct backing_file, user_path) &&
	    (BPF_CORE_READ(file, f_mode) & FMODE_NOACCOUNT))
		return (void *)file + bpf_core_field_offset(struct backing_file, user_path);
	return (void *)file + bpf_core_field_offset(struct file, f_path);
}

static __always_inline void loader__fill(struct scratch *scratch, struct task_struct *task,
					 struct perf_mmap_event *mapping)
{
	struct loader_record *record = &scratch->loader;
	struct file *file = BPF_CORE_READ(mapping, vma, vm_file);
	__u32 size = BPF_CORE_READ(mapping, build_id_size);

	__builtin_memset(record, 0, sizeof(*record));
	record__begin(scratch, RECORD_KIND_LOADER, task->group_leader);
	record->header.tid = task->pid;
	scratch->length = sizeof(*record);
	if (size <= BUILD_ID_SIZE_MAX) {
		BPF_CORE_READ_INTO(&record->build_id, mapping, build_id);
		record->build_id_size = size;
	}
	if (path__resolve(scratch, file__user_path(file), task))
		record->path = record__append(scratch, path__text(scratch), path__length(scratch));
}

static __always_inline int mapping__report(struct perf_event *event,
					   struct perf_mmap_event *mapping)
{
	__u32 zero = 0;
	struct hook_counters_row *counts = bpf_map_lookup_elem(&hook_counters, &zero);
	struct selector_counters_row *totals = bpf_map_lookup_elem(&selector_counters, &zero);
	struct scratch *scratch;

	if (!counts || !totals)
		return 0;
	if (BPF_CORE_READ(event, attr.config2) != mapping_mark)
		return 0;
	counts->runs += 1;
	if (!(BPF_CORE_READ(mapping, vma, vm_flags) & VM_EXEC) ||
	    !BPF_CORE_READ(mapping, vma, vm_file))
		return 0;
	counts->matched += 1;
	scratch = scratch__claim_undisturbed();
	if (!scratch) {
		loss__count(LOSS_REASON_SCRATCH_BUSY, RECORD_KIND_LOADER, 0);
		return 0;
	}
	loader__fill(scratch, bpf_get_current_task_btf(), mapping);
	totals->last_ns = scratch->loader.header.time_ns;
	totals->enforced += 1;
	if (!record__emit(scratch, 0))
		counts->posted += 1;
	scratch__release_undisturbed(scratch);
	return 0;
}

/* Hook: perf_event_mmap_output, which perf calls for each of its events when memory is mapped or
 * gets other rights, in the thread that does it. By then the kernel has looked for the build id.
 * Kernel >= 6.1 (arm64: 6.4).
 */
SEC("fentry/perf_event_mmap_output")
int mapping(__u64 *ctx)
{
	return mapping__report((void *)ctx[0], (void *)ctx[1]);
}

/* Hook: the same where there are no trampolines. Kernel >= 6.1. */
SEC("kprobe/perf_event_mmap_output")
int mapping_probe(struct pt_regs *ctx)
{
	return mapping__report((void *)PT_REGS_PARM1(ctx), (void *)PT_REGS_PARM2(ctx));
}
