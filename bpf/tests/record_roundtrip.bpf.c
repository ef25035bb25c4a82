// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Proof that both sides mean the same bytes: programs that put one record of each kind, with known
 * values, through the real ring, and programs that look for rows which user space encoded.
 */
#include "../include/kernel.h"
#include "../include/lib/dimension.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* A different number for every field: a field read from the wrong place shows. */
#define U64(n) (0xf000000000000000ULL + (n))
#define U32(n) (0xe0000000U + (n))
#define U16(n) (0xe000U + (n))

#define APPEND(scratch, text) record__append(scratch, text, sizeof(text) - 1)

static __always_inline void header__fill(struct record_header *header, enum record_kind kind)
{
	header->kind = kind;
	header->flags = 0;
	header->time_ns = U64(1);
	header->start_ns = U64(2);
	header->tgid = U32(3);
	header->tid = U32(4);
}

static __always_inline void credentials__fill(struct credentials_record *credentials)
{
	credentials->uid = U32(30);
	credentials->gid = U32(31);
	credentials->euid = U32(32);
	credentials->egid = U32(33);
	credentials->suid = U32(34);
	credentials->sgid = U32(35);
	credentials->fsuid = U32(36);
	credentials->fsgid = U32(37);
	credentials->securebits = U32(38);
	credentials->login_uid = U32(39);
	credentials->cap_permitted = U64(40);
	credentials->cap_effective = U64(41);
	credentials->cap_inheritable = U64(42);
}

static __always_inline void namespaces__fill(struct namespaces_record *namespaces)
{
	namespaces->uts = U32(50);
	namespaces->ipc = U32(51);
	namespaces->mnt = U32(52);
	namespaces->pid = U32(53);
	namespaces->pid_for_children = U32(54);
	namespaces->net = U32(55);
	namespaces->time = U32(56);
	namespaces->time_for_children = U32(57);
	namespaces->cgroup = U32(58);
	namespaces->user = U32(59);
}

static __always_inline void exec__fill(struct exec_record *record)
{
	record->parent_start_ns = U64(10);
	record->cgroup_id = U64(11);
	record->image_time_ns = U64(12);
	record->exe_inode = U64(13);
	record->parent_tgid = U32(14);
	record->flags = EXEC_FLAG_CLONE | EXEC_FLAG_MEMFD | EXEC_FLAG_IN_INIT_TREE;
	record->exe_device = U32(16);
	record->exe_links = U32(17);
	record->exe_uid = U32(18);
	record->exe_gid = U32(19);
	record->exe_mode = U32(20);
	record->namespace_pid = U32(21);
	record->old_tid = U32(22);
	record->args_size = U32(23);
	record->tty = U32(24);
	credentials__fill(&record->credentials);
	namespaces__fill(&record->namespaces);
}

/* Run by a test and never attached. Each puts one
 * record into ring_bulk and returns 0 when it got in.
 */
SEC("raw_tp")
int emit_exec(void *ctx)
{
	struct scratch *scratch = scratch__claim();
	struct exec_record *record;
	int error;

	if (!scratch)
		return 1;
	record = &scratch->exec;
	__builtin_memset(record, 0, sizeof(*record));
	header__fill(&record->header, RECORD_KIND_EXEC);
	exec__fill(record);
	scratch->length = sizeof(*record);
	record->args = APPEND(scratch, "first\0\0third\0");
	record->binary = APPEND(scratch, "/bin/binary");
	record->filename = APPEND(scratch, "./filename");
	record->interpreter = APPEND(scratch, "/bin/interpreter");
	record->cwd = APPEND(scratch, "/cwd\xff");
	record->cgroup_name = APPEND(scratch, "cgroup.scope");
	error = record__emit(scratch, 0);
	scratch__release(scratch);
	return error != 0;
}

SEC("raw_tp")
int emit_fork(void *ctx)
{
	struct scratch *scratch = scratch__claim();
	struct fork_record *record;
	int error;

	if (!scratch)
		return 1;
	record = &scratch->fork;
	header__fill(&record->header, RECORD_KIND_FORK);
	record->parent_start_ns = U64(10);
	record->cgroup_id = U64(11);
	record->parent_tgid = U32(12);
	record->namespace_pid = U32(13);
	record->forker_start_ns = U64(14);
	record->forker_tgid = U32(15);
	scratch->length = sizeof(*record);
	error = record__emit(scratch, 0);
	scratch__release(scratch);
	return error != 0;
}

SEC("raw_tp")
int emit_exit(void *ctx)
{
	struct scratch *scratch = scratch__claim();
	struct exit_record *record;
	int error;

	if (!scratch)
		return 1;
	record = &scratch->exit;
	header__fill(&record->header, RECORD_KIND_EXIT);
	record->status = 0x2a89;
	record->uid = U32(11);
	scratch->length = sizeof(*record);
	error = record__emit(scratch, 0);
	scratch__release(scratch);
	return error != 0;
}

static __always_inline void arguments__fill(struct scratch *scratch)
{
	struct argument_record *arguments = scratch->hook.arguments;

	arguments[0].type = ARGUMENT_TYPE_INT;
	arguments[0].value = (__s64)-5;
	arguments[1].type = ARGUMENT_TYPE_SIZE;
	arguments[1].value = U64(60);
	arguments[2].type = ARGUMENT_TYPE_STRING;
	arguments[2].status = ARGUMENT_STATUS_TRUNCATED;
	arguments[2].text = APPEND(scratch, "text");
	arguments[3].type = ARGUMENT_TYPE_FILE;
	arguments[3].mode = 0100644;
	arguments[3].text = APPEND(scratch, "/a/file");
	arguments[4].type = ARGUMENT_TYPE_PATH;
	arguments[4].status = ARGUMENT_STATUS_UNRESOLVED;
	arguments[4].mode = 0040755;
	arguments[4].text = APPEND(scratch, "/a/path");
	arguments[5].type = ARGUMENT_TYPE_STRING;
	arguments[5].status = ARGUMENT_STATUS_UNREADABLE;
}

/* Puts its record into ring_urgent. */
SEC("raw_tp")
int emit_hook(void *ctx)
{
	struct scratch *scratch = scratch__claim();
	struct hook_record *record;
	int error;

	if (!scratch)
		return 1;
	record = &scratch->hook;
	__builtin_memset(record, 0, sizeof(*record));
	header__fill(&record->header, RECORD_KIND_HOOK);
	record->header.flags = RECORD_FLAG_URGENT;
	record->cgroup_id = U64(10);
	record->hook_id = U32(11);
	record->generation = U32(12);
	record->outcome = OUTCOME_FLAG_SIGNALLED | OUTCOME_FLAG_OVERRIDDEN;
	record->override_error = -13;
	record->uid = U32(15);
	record->argument_count = 6;
	record->selectors[0] = 1ULL << 63 | 1;
	record->selectors[1] = 1ULL << 32;
	record->selectors[7] = 1ULL << 63;
	scratch->length = sizeof(*record);
	arguments__fill(scratch);
	error = record__emit(scratch, record->hook_id);
	scratch__release(scratch);
	return error != 0;
}

/* What the programs below saw; written by them, read by the test. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

static __always_inline void seen__put(__u32 index, __u64 value)
{
	bpf_map_update_elem(&seen, &index, &value, BPF_ANY);
}

SEC("raw_tp")
int read_config(void *ctx)
{
	seen__put(0, config.hook_id);
	seen__put(1, config.generation);
	seen__put(2, config.flags);
	seen__put(3, config.argument_count);
	seen__put(4, config.dimension_count);
	seen__put(5, config.fact_end);
	seen__put(6, config.word_count);
	seen__put(7, config.text_classes);
	seen__put(8, config.arguments[0].index);
	seen__put(9, config.arguments[0].type);
	seen__put(10, config.arguments[7].index);
	seen__put(11, config.arguments[7].type);
	seen__put(12, config.all.words[0]);
	seen__put(13, config.all.words[7]);
	seen__put(14, dimensions[1].kind);
	seen__put(15, dimensions[1].subject);
	seen__put(16, dimensions[1].number);
	seen__put(17, dimensions[1].mask_bits);
	seen__put(18, dimensions[1].negated.words[1]);
	seen__put(19, dimensions[1].unconstrained.words[7]);
	seen__put(20, config.posting.words[1]);
	seen__put(21, config.same_policy[5].words[7]);
	seen__put(22, selectors[2].signal);
	seen__put(23, (__s64)selectors[2].override_error);
	seen__put(24, config.number_count);
	seen__put(25, config.number_end);
	seen__put(26, config.class_count);
	seen__put(27, dimensions[1].source);
	seen__put(28, dimensions[1].classes);
	seen__put(29, dimensions[1].bias);
	seen__put(30, dimensions[1].start);
	return 0;
}

/* First word of the row, or 0. */
static __always_inline __u64 row__first(const struct selector_set *row)
{
	return row ? row->words[0] : 0;
}

SEC("raw_tp")
int find_rows(void *ctx)
{
	struct number_key number = {.dimension = U32(1), .value = U64(2)};
	struct loss_key loss = {.reason = LOSS_REASON_RING_FULL,
				.record_kind = RECORD_KIND_HOOK,
				.hook_id = U32(5),
				.cgroup_id = U64(6)};
	struct block_key block = {.dimension = U16(6), .bits = 66, .high = U64(7), .low = U64(8)};
	struct scratch *scratch = scratch__claim();
	struct length_row *length;
	struct binary_row *binary;
	__u32 place = 1;
	__u64 *lost;

	if (!scratch)
		return 1;
	seen__put(0, row__first(bpf_map_lookup_elem(&number_rows, &number)));
	lost = bpf_map_lookup_elem(&losses, &loss);
	seen__put(1, lost ? *lost : 0);
	__builtin_memset(&scratch->key.tiny, 0, sizeof(scratch->key.tiny));
	scratch->key.tiny.dimension = U32(9);
	scratch->key.tiny.length = 4;
	__builtin_memcpy(scratch->key.tiny.text, "tiny", 4);
	seen__put(11, row__first(bpf_map_lookup_elem(&text_rows_tiny, &scratch->key.tiny)));
	__builtin_memset(&scratch->key.small, 0, sizeof(scratch->key.small));
	scratch->key.small.dimension = U32(3);
	scratch->key.small.length = 5;
	__builtin_memcpy(scratch->key.small.text, "small", 5);
	seen__put(2, row__first(bpf_map_lookup_elem(&text_rows_small, &scratch->key.small)));
	__builtin_memset(&scratch->key.medium, 0, sizeof(scratch->key.medium));
	scratch->key.medium.dimension = U32(4);
	scratch->key.medium.length = 6;
	__builtin_memcpy(scratch->key.medium.text, "medium", 6);
	seen__put(3, row__first(bpf_map_lookup_elem(&text_rows_medium, &scratch->key.medium)));
	bpf_probe_read_kernel(scratch->key.large.text, TEXT_CLASS_LARGE, scratch->zeroes);
	scratch->key.large.dimension = U32(5);
	scratch->key.large.length = 5;
	__builtin_memcpy(scratch->key.large.text, "large", 5);
	seen__put(4, row__first(bpf_map_lookup_elem(&text_rows_large, &scratch->key.large)));
	seen__put(5, row__first(bpf_map_lookup_elem(&block_rows, &block)));
	length = bpf_map_lookup_elem(&lengths, &place);
	seen__put(8, length ? length->length : 0);
	seen__put(9, length ? length->longer : 0);
	seen__put(10, length ? length->shorter : 0);
	__builtin_memset(&scratch->key.binary, 0, sizeof(scratch->key.binary));
	__builtin_memcpy(scratch->key.binary.path, "/bin/x", 6);
	binary = bpf_map_lookup_elem(&binaries, &scratch->key.binary);
	seen__put(6, binary ? binary->id : 0);
	seen__put(7, binary ? binary->lineage : 0);
	scratch__release(scratch);
	return 0;
}
