/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which selectors a hook run satisfies: one lookup per dimension, each giving a set of selectors,
 * combined as AND over dimensions of ((hit ^ negated) | unconstrained). This is packet
 * classification by bit vectors (Lakshman and Stiliadis, SIGCOMM 1998), so that the cost follows
 * the number of dimensions and not the number of policies.
 */
#ifndef WARDER_LIB_MATCH_H
#define WARDER_LIB_MATCH_H

#include "process.bpf.h"

/* What user space decided for this generation of this hook. Frozen at load: the verifier knows the
 * values, so that code for argument types and dimensions nobody uses is removed.
 */
const volatile struct hook_config config;
const volatile struct dimension_config dimensions[DIMENSIONS_MAX];
const volatile struct selector_row selectors[SELECTORS_MAX];

/* Row maps of this generation; the agent sizes them before load and fills them before the
 * program is put in place.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct number_key);
	__type(value, struct selector_set);
} number_rows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct text_key_small);
	__type(value, struct selector_set);
} text_rows_small SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct text_key_medium);
	__type(value, struct selector_set);
} text_rows_medium SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct text_key_large);
	__type(value, struct selector_set);
} text_rows_large SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct affix_key);
	__type(value, struct selector_set);
} affix_rows SEC(".maps");

/* Keeps what the set allows. False when nothing is left. A missing row is an empty set. */
static __always_inline bool match__narrow(struct selector_set *matched,
					  const struct selector_set *hit,
					  const volatile struct dimension_config *dimension)
{
	__u64 left = 0;

#pragma unroll
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX; word++) {
		__u64 found = hit ? hit->words[word] : 0;

		if (word >= config.word_count)
			break;
		matched->words[word] &=
		    (found ^ dimension->negated.words[word]) | dimension->unconstrained.words[word];
		left |= matched->words[word];
	}
	return left != 0;
}

static __always_inline struct selector_set *match__number(__u32 dimension, __u64 value)
{
	struct number_key key = {.dimension = dimension, .value = value};

	return bpf_map_lookup_elem(&number_rows, &key);
}

/* ORs the rows of the bits that are set into hit. */
static __always_inline void match__mask(const volatile struct dimension_config *dimension,
					__u64 value, struct selector_set *hit)
{
	__u64 bits = value & dimension->mask_bits;

	for (int bit = 0; bit < 64; bit++) {
		struct selector_set *row;

		if (!(bits >> bit))
			break;
		if (!((bits >> bit) & 1))
			continue;
		row = match__number(dimension->number, bit);
		if (!row)
			continue;
#pragma unroll
		for (__u32 word = 0; word < SELECTOR_WORDS_MAX; word++)
			hit->words[word] |= row->words[word];
	}
}

/* Looks the whole string up in the smallest map whose keys hold it. */
static __always_inline struct selector_set *match__text(struct scratch *scratch, __u32 dimension,
							const struct slice *text)
{
	const void *from = &scratch->record[text->offset];
	__u32 length = text->length;

	if (length < TEXT_CLASS_SMALL) {
		struct text_key_small *key = &scratch->key.small;

		if (!(config.text_classes & 1))
			return 0;
		key->dimension = dimension;
		__builtin_memset(key->text, 0, sizeof(key->text));
		bpf_probe_read_kernel(key->text, length, from);
		return bpf_map_lookup_elem(&text_rows_small, key);
	}
	if (length < TEXT_CLASS_MEDIUM) {
		struct text_key_medium *key = &scratch->key.medium;

		if (!(config.text_classes & 2))
			return 0;
		key->dimension = dimension;
		__builtin_memset(key->text, 0, sizeof(key->text));
		bpf_probe_read_kernel(key->text, length, from);
		return bpf_map_lookup_elem(&text_rows_medium, key);
	}
	if (length < TEXT_CLASS_LARGE) {
		struct text_key_large *key = &scratch->key.large;

		if (!(config.text_classes & 4))
			return 0;
		key->dimension = dimension;
		bpf_probe_read_kernel(key->text, sizeof(key->text), scratch->zeroes);
		bpf_probe_read_kernel(key->text, length, from);
		return bpf_map_lookup_elem(&text_rows_large, key);
	}
	return 0;
}

static __always_inline struct selector_set *match__prefix(struct scratch *scratch, __u32 dimension,
							  const struct slice *text)
{
	struct affix_key *key = &scratch->key.affix;
	__u32 length = text->length;

	if (length > AFFIX_SIZE_MAX)
		length = AFFIX_SIZE_MAX;
	key->prefix_bits = (sizeof(key->dimension) + length) * 8;
	key->dimension = dimension;
	bpf_probe_read_kernel(key->text, length, &scratch->record[text->offset]);
	return bpf_map_lookup_elem(&affix_rows, key);
}

/* A postfix is a prefix of the reversed text. */
static __always_inline struct selector_set *match__postfix(struct scratch *scratch, __u32 dimension,
							   const struct slice *text)
{
	struct affix_key *key = &scratch->key.affix;
	__u32 end = (__u32)text->offset + text->length - 1;
	__u32 length = text->length;

	if (length > AFFIX_SIZE_MAX)
		length = AFFIX_SIZE_MAX;
	key->prefix_bits = (sizeof(key->dimension) + length) * 8;
	key->dimension = dimension;
	for (__u32 i = 0; i < AFFIX_SIZE_MAX; i++) {
		if (i >= length)
			break;
		key->text[i] = scratch->record[(end - i) & 0xffff];
	}
	return bpf_map_lookup_elem(&affix_rows, key);
}

static __always_inline struct argument_record *hook__argument(struct scratch *scratch, __u32 index)
{
	struct hook_record *record = (struct hook_record *)scratch->record;

	return &record->arguments[index & (HOOK_ARGUMENTS_MAX - 1)];
}

/* The rows one dimension finds for the value of its argument. */
static __always_inline const struct selector_set *
match__lookup(struct scratch *scratch, const volatile struct dimension_config *dimension)
{
	struct selector_set *hit = &scratch->bits;
	struct argument_record *argument = hook__argument(scratch, dimension->argument);
	struct slice text = argument->text;

	switch (dimension->kind) {
	case DIMENSION_KIND_NUMBER:
		return match__number(dimension->number, argument->value);
	case DIMENSION_KIND_MASK:
		__builtin_memset(hit, 0, sizeof(*hit));
		match__mask(dimension, argument->value, hit);
		return hit;
	case DIMENSION_KIND_TEXT:
		return text.length ? match__text(scratch, dimension->number, &text) : 0;
	case DIMENSION_KIND_PREFIX:
		return text.length ? match__prefix(scratch, dimension->number, &text) : 0;
	case DIMENSION_KIND_POSTFIX:
		return text.length ? match__postfix(scratch, dimension->number, &text) : 0;
	default:
		return 0;
	}
}

/* Dimensions that need no argument come first: most runs end here. */
static __always_inline bool match__early(struct selector_set *matched, struct task_struct *task,
					 struct process_state *state)
{
	for (__u32 i = 0; i < DIMENSIONS_MAX; i++) {
		struct selector_set *hit;

		if (i >= config.early_count)
			break;
		hit = match__number(dimensions[i].number, binary__id(task, state));
		if (!match__narrow(matched, hit, &dimensions[i]))
			return false;
	}
	return true;
}

static __always_inline bool match__arguments(struct selector_set *matched, struct scratch *scratch)
{
	for (__u32 i = 0; i < DIMENSIONS_MAX; i++) {
		const struct selector_set *hit;

		if (i >= config.dimension_count)
			break;
		if (i < config.early_count)
			continue;
		hit = match__lookup(scratch, &dimensions[i]);
		if (!match__narrow(matched, hit, &dimensions[i]))
			return false;
	}
	return true;
}

#endif
