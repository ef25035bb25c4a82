/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Rate limits of posts: which of the selectors that want an event may have one now. */
#ifndef WARDER_LIB_RATE_H
#define WARDER_LIB_RATE_H

#include "argument.bpf.h"
#include "mode.bpf.h"

#define RATE_HASH_SEED 0x9e3779b97f4a7c15ULL
#define NS_PER_MS      1000000ULL

/* Spreads every bit over the whole word (Steele et al., SplitMix, OOPSLA 2014). */
static __always_inline __u64 hash__mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0xbf58476d1ce4e5b9ULL;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
	return hash ^ (hash >> 31);
}

struct text_hash {
	struct scratch *scratch;
	__u64 hash;
	__u32 offset;
	__u32 left;
};

static int hash__add_word(__u32 index, struct text_hash *text)
{
	__u64 word = 0;

	if (!text->left)
		return 1;
	bpf_probe_read_kernel(&word, sizeof(word), &text->scratch->record[text->offset & 0xffff]);
	if (text->left < sizeof(word)) {
		word &= (1ULL << (text->left * 8)) - 1;
		text->left = sizeof(word);
	}
	text->hash = hash__mix(text->hash, word);
	text->offset += sizeof(word);
	text->left -= sizeof(word);
	return 0;
}

/* Leaves the hashes of the arguments in scratch->hashes; of texts all bytes count. A function of
 * its own, as the following one, for the stack: 6.1 has 512 bytes for a program with all it calls.
 */
static __noinline int rates__hash(struct scratch *scratch)
{
	struct text_hash text = {.scratch = scratch};

	for (__u32 i = 0; i < HOOK_ARGUMENTS_MAX && i < config.argument_count; i++) {
		struct argument_record *argument = hook__argument(scratch, i);

		text.offset = argument->text.offset;
		text.left = argument->text.length;
		text.hash = hash__mix(hash__mix(RATE_HASH_SEED, argument->value), text.left);
		if (text.left)
			bpf_loop((text.left + 7) / 8, hash__add_word, &text, 0);
		scratch->hashes[i] = text.hash;
	}
	return 0;
}

struct rate_check {
	struct scratch *scratch;
	__u64 left; /* selectors of the word that are yet to be looked at */
	__u64 kept; /* those that may not post */
	__u64 now;
	__u32 base; /* number of the first selector of the word */
	__u32 tgid;
	__u32 tid;
};

/* False when the same was posted within the interval. */
static __always_inline bool rate__allows(const struct rate_check *check,
					 const volatile struct rate_row *row)
{
	struct rate_key key = {.selector = row->selector, .arguments = RATE_HASH_SEED};
	__u64 now = check->now;
	__u64 *last;

	if (row->scope == RATE_SCOPE_PROCESS)
		key.owner = check->tgid;
	else if (row->scope == RATE_SCOPE_THREAD)
		key.owner = check->tid;
	for (__u32 i = 0; i < HOOK_ARGUMENTS_MAX; i++)
		if (row->arguments & (1U << i))
			key.arguments = hash__mix(key.arguments, check->scratch->hashes[i]);
	last = bpf_map_lookup_elem(&rates, &key);
	if (last && now - *last < row->interval_ms * NS_PER_MS)
		return false;
	bpf_map_update_elem(&rates, &key, &now, BPF_ANY);
	return true;
}

static int rate__check_selector(__u32 index, struct rate_check *check)
{
	__u32 selector;

	if (!check->left)
		return 1;
	selector = check->base + word__lowest(check->left);
	if (!rate__allows(check, &rate_rows[selector & (SELECTORS_MAX - 1)])) {
		check->kept |= check->left & -check->left;
		counter__add(COUNTER_RATE_LIMITED);
	}
	check->left &= check->left - 1;
	return 0;
}

/* Takes those that have to wait out of the record's selectors. */
static __noinline int rates__check(struct scratch *scratch)
{
	struct hook_record *record = (struct hook_record *)scratch->record;
	struct rate_check check = {.scratch = scratch, .now = bpf_ktime_get_boot_ns()};
	__u64 ids = bpf_get_current_pid_tgid();

	check.tgid = ids >> 32;
	check.tid = ids;
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++) {
		check.left = record->selectors[word] & config.limited.words[word];
		if (!check.left)
			continue;
		check.kept = 0;
		check.base = word * 64;
		bpf_loop(64, rate__check_selector, &check, 0);
		record->selectors[word] &= ~check.kept;
	}
	return 0;
}

/* False when nothing of the record's selectors may be posted now. */
static __always_inline bool rates__allow(struct scratch *scratch)
{
	struct hook_record *record = (struct hook_record *)scratch->record;
	__u64 limited = 0, posted = 0;

	for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++)
		limited |= record->selectors[word] & config.limited.words[word];
	if (!limited)
		return true;
	rates__hash(scratch);
	rates__check(scratch);
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++)
		posted |= record->selectors[word];
	return posted != 0;
}

#endif
