// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* What stays attached to the return of hooks, or behind a security hook. The program that goes on
 * with a held record is the one of the generation that held it.
 */
#include "../include/kernel.h"
#include "../include/lib/held.bpf.h"
#include "../include/lib/process.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Generation modulo RETURN_SLOTS -> return program of the hook. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, RETURN_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} return_slots SEC(".maps");

/* The same for every system call, RETURN_SLOTS each. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SYSCALLS_MAX *RETURN_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} exit_slots SEC(".maps");

/* Goes on in the program of the generation; comes back when that is not there. */
static __always_inline void return__dispatch(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct held_record *kept = held__of(task);

	if (!kept)
		return;
	bpf_tail_call(ctx, &return_slots, kept->generation & (RETURN_SLOTS - 1));
	held__end(kept, task, RETURN_STATUS_UNEVALUATED);
}

/* Hook: return of any kernel function. Kernel >= 6.1 (arm64: 6.4). */
SEC("fexit")
int fexit_stub(__u64 *ctx)
{
	return__dispatch(ctx);
	return 0;
}

/* Hook: the same through kretprobes. Kernel >= 6.1. */
SEC("kretprobe")
int kretprobe_stub(struct pt_regs *ctx)
{
	return__dispatch(ctx);
	return 0;
}

/* Hook: end of every system call. Kernel >= 6.1. */
SEC("tp_btf/sys_exit")
int sysexit_stub(__u64 *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct held_record *kept = held__of(task);
	__u32 number;

	if (!kept)
		return 0;
	number = kept->slot;
	bpf_tail_call(ctx, &exit_slots,
		      number * RETURN_SLOTS + (kept->generation & (RETURN_SLOTS - 1)));
	held__end(kept, task, RETURN_STATUS_UNEVALUATED);
	return 0;
}

/* FUSE_SUPER_MAGIC: whoever serves the file could keep the reader waiting for ever. */
#define FUSE_MAGIC 0x65735546
#define FMODE_READ 1

/* IMA opens a file anew that is not open for reading, which the hook would see. */
static __always_inline bool file__is_hashable(struct file *file)
{
	return (BPF_CORE_READ(file, f_mode) & FMODE_READ) &&
	       BPF_CORE_READ(file, f_inode, i_sb, s_magic) != FUSE_MAGIC;
}

/* Completes the record that the hook has just left for the same object, with what integrity
 * measurement says of the file. Programs that may sleep, as hashing does, cannot be reached through
 * a slot; so this one is the same for all generations.
 */
static __always_inline void hash__append(__u64 object, struct file *file)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct held_record *kept = held__of(task);
	__u8 hash[FILE_HASH_MAX] = {};
	struct hook_record *record;
	long algorithm = -1;
	__u32 end;

	if (!kept)
		return;
	record = (struct hook_record *)kept->record;
	/* One whose own run was skipped must not get the hash of another file. */
	if (file && kept->arguments[0] == object && file__is_hashable(file))
		algorithm = bpf_ima_file_hash(file, hash, sizeof(hash));
	end = kept->length;
	if (algorithm >= 0 && end <= HELD_RECORD_MAX - FILE_HASH_MAX &&
	    !bpf_probe_read_kernel(&kept->record[end], sizeof(hash), hash)) {
		record->hash_algorithm = 1 + algorithm;
		record->file_hash.offset = end;
		record->file_hash.length = sizeof(hash);
		kept->length = end + sizeof(hash);
	}
	held__end(kept, task, RETURN_STATUS_NONE);
}

/* Hook: LSM, whose first parameter is a file. Kernel >= 6.1. */
SEC("lsm.s")
int hash_file(__u64 *ctx)
{
	hash__append(ctx[0], (struct file *)ctx[0]);
	return 0;
}

/* Hook: LSM, whose first parameter is a program that is being started. Kernel >= 6.1. */
SEC("lsm.s")
int hash_program(__u64 *ctx)
{
	hash__append(ctx[0], ((struct linux_binprm *)ctx[0])->file);
	return 0;
}

/* Hook: end of every thread. Kernel >= 6.1. Calls that a thread ends in do not return. */
SEC("tp_btf/sched_process_exit")
int held_end(__u64 *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct held_record *kept = held__of(task);

	if (kept)
		held__end(kept, task, RETURN_STATUS_ENDED);
	return 0;
}
