/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The rows of a generation, and the look-ups of one of them: by number, and by text. */
#ifndef WARDER_LIB_ROWS_H
#define WARDER_LIB_ROWS_H

#include "config.bpf.h"
#include "scratch.bpf.h"

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
	__type(key, struct text_key_tiny);
	__type(value, struct selector_set);
} text_rows_tiny SEC(".maps");

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
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct block_key);
	__type(value, struct selector_set);
} block_rows SEC(".maps");

/* Place 0 is not used. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct length_row);
} lengths SEC(".maps");

/* Id, from the start of a dimension's part -> row of index_rows, 0 for none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u16);
} index_numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct selector_set);
} index_rows SEC(".maps");

/* state * config.class_count + class of the byte -> following state. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} automaton SEC(".maps");

/* The empty set, as row 0 of index_rows. Read from memory, so that the verifier does not know what
 * is in it: it would follow what is left of the selectors along every way that finds nothing, which
 * are twice as many with each dimension.
 */
static __always_inline const struct selector_set *match__nothing(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&index_rows, &zero);
}

static __always_inline const struct selector_set *match__number(__u32 dimension, __u64 value)
{
	struct number_key key = {.dimension = dimension, .value = value};

	return bpf_map_lookup_elem(&number_rows, &key);
}

/* From the middle backwards, a mask for as many bytes of a short text as it has. */
const __u8 text_mask[2 * TEXT_CLASS_SMALL] = {[0 ... TEXT_CLASS_SMALL - 1] = 0xff};

/* Fills the text of a short key: most texts are short, and this is cheaper than two calls. */
static __always_inline void key__fill_short(char *text, __u32 size, const char *from, __u32 length)
{
	const __u64 *words = (const __u64 *)from;
	__u64 *to = (__u64 *)text;
	const __u64 *mask;

	/* The verifier forgets the bound of a copy. */
	length &= TEXT_CLASS_SMALL - 1;
	mask = (const __u64 *)&text_mask[TEXT_CLASS_SMALL - length];
#pragma unroll
	for (__u32 i = 0; i < TEXT_CLASS_SMALL / sizeof(*to) && i < size / sizeof(*to); i++)
		to[i] = words[i] & mask[i];
}

/* Fills the text of a longer key. */
static __always_inline void key__fill(struct scratch *scratch, char *text, __u32 size,
				      const char *from, __u32 length)
{
	bpf_probe_read_kernel(text, size, scratch->zeroes);
	bpf_probe_read_kernel(text, length, from);
}

/* Looks the text up in the smallest map whose keys hold it. */
static __always_inline const struct selector_set *
match__text(struct scratch *scratch, __u32 dimension, const struct text *text)
{
	const char *from = (const char *)&scratch->record[text->offset & 0xffff];
	union scratch_key *key = &scratch->key;
	__u32 length = text->length;

	/* All keys begin alike. */
	key->tiny.dimension = dimension;
	key->tiny.length = length;
	if (length < TEXT_CLASS_TINY) {
		if (!(config.text_classes & 1))
			return 0;
		key__fill_short(key->tiny.text, TEXT_CLASS_TINY, from, length);
		return bpf_map_lookup_elem(&text_rows_tiny, &key->tiny);
	}
	if (length < TEXT_CLASS_SMALL) {
		if (!(config.text_classes & 2))
			return 0;
		key__fill_short(key->small.text, TEXT_CLASS_SMALL, from, length);
		return bpf_map_lookup_elem(&text_rows_small, &key->small);
	}
	if (length < TEXT_CLASS_MEDIUM) {
		if (!(config.text_classes & 4))
			return 0;
		key__fill(scratch, key->medium.text, TEXT_CLASS_MEDIUM, from, length);
		return bpf_map_lookup_elem(&text_rows_medium, &key->medium);
	}
	if (length < TEXT_CLASS_LARGE) {
		if (!(config.text_classes & 8))
			return 0;
		key__fill(scratch, key->large.text, TEXT_CLASS_LARGE, from, length);
		return bpf_map_lookup_elem(&text_rows_large, &key->large);
	}
	return 0;
}

#endif
