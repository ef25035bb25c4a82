// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Runs the matching engine on values that a test chooses, instead of on a hook. */
#include "../include/kernel.h"
#include "../include/lib/facts.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define CASE_FACTS   32
#define CASE_NUMBERS 2
#define CASE_PIDS    4
#define CASE_SETS    2

/* What a run would find, and the selectors that act. */
struct matching_case {
	__u64 facts[CASE_FACTS];     /* by enum fact */
	__u64 numbers[CASE_NUMBERS]; /* arguments 0 and 1 of the generation */
	struct selector_set acting;
	__u32 text_length;
	__u32 text_mode;
	__u64 sets[CASE_SETS];		     /* arguments 3 and 4 */
	struct socket_detail socket;	     /* argument 2 */
	char text[PATH_SIZE_MAX];	     /* argument 5 */
	char binary[BINARY_PATH_SIZE];	     /* FACT_BINARY_PATH */
	__u64 lineage[LINEAGE_IDS_MAX / 64]; /* FACT_LINEAGE */
	__u32 pids[CASE_PIDS];		     /* FACT_PID_LINEAGE, 0 at the end */
	__u32 visited;			     /* of them */
	__u32 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct matching_case);
} cases SEC(".maps");

static __always_inline struct matching_case *case__get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cases, &zero);
}

static __always_inline __u64 case__fact(__u32 fact)
{
	struct matching_case *one = case__get();

	return one ? one->facts[fact & (CASE_FACTS - 1)] : 0;
}

static __always_inline const char *case__path(void)
{
	struct matching_case *one = case__get();

	return one ? one->binary : 0;
}

static __always_inline const __u64 *case__lineage(void)
{
	struct matching_case *one = case__get();

	return one ? one->lineage : 0;
}

static __always_inline __u32 case__next_pid(void)
{
	struct matching_case *one = case__get();
	__u32 pid;

	if (!one)
		return 0;
	pid = one->pids[one->visited & (CASE_PIDS - 1)];
	one->visited = pid ? one->visited + 1 : 0;
	return pid;
}

/* From here on facts are those of the case. */
#define fact__number(fact, actor)     case__fact(fact)
#define fact__path(fact, actor)	      case__path()
#define fact__lineage(fact, actor)    case__lineage()
#define fact__next_pid(fact, process) ((void)(process), case__next_pid())

#include "../include/lib/hook.bpf.h"

static __always_inline void case__match(struct scratch *scratch, struct matching_case *one)
{
	struct selector_set matched;
	struct actor actor = {};

	__builtin_memset(&scratch->hook, 0, sizeof(scratch->hook));
	scratch->length = sizeof(scratch->hook);
	scratch->hook.arguments[0].value = one->numbers[0];
	scratch->hook.arguments[1].value = one->numbers[1];
	scratch->hook.arguments[3].value = one->sets[0];
	scratch->hook.arguments[4].value = one->sets[1];
	scratch->hook.arguments[2].text =
	    record__append(scratch, &one->socket, sizeof(one->socket));
	scratch->hook.arguments[5].text = record__append(scratch, one->text, one->text_length);
	scratch->hook.arguments[5].mode = one->text_mode;
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX; word++) {
		matched.words[word] = config.all.words[word];
		one->acting.words[word] = 0;
	}
	if (!match__facts(&matched, &actor) ||
	    !match__arguments(&matched, scratch, &actor, config.fact_end, config.dimension_count))
		return;
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX; word++)
		one->acting.words[word] = word__first_of_policy(matched.words[word], word);
}

SEC("raw_tp")
int match_case(void *ctx)
{
	struct matching_case *one = case__get();
	struct scratch *scratch = scratch__claim();

	if (!one || !scratch)
		return -1;
	case__match(scratch, one);
	scratch__release(scratch);
	return 0;
}
