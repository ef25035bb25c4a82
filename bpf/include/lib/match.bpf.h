/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which selectors a value satisfies: one lookup per dimension, each giving a set of selectors. The
 * structures behind the kinds of dimensions, see enum dimension_kind.
 */
#ifndef WARDER_LIB_MATCH_H
#define WARDER_LIB_MATCH_H

#include "config.bpf.h"
#include "scratch.bpf.h"
#include "set.bpf.h"

/* [0]: every byte for itself. [1]: letters of both cases are one. Columns of the automaton. */
const volatile __u8 byte_classes[2][256];

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
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct range_key);
	__type(value, struct selector_set);
} range_rows SEC(".maps");

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
	__type(value, struct affix_row);
} affix_rows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct address_key);
	__type(value, struct selector_set);
} address_rows SEC(".maps");

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

static __always_inline const struct selector_set *
match__range(const volatile struct dimension_config *dimension, __u64 value)
{
	__u64 biased = __builtin_bswap64(value + dimension->bias);
	struct range_key key = {.prefix_bits = 96, .dimension = dimension->number};

	__builtin_memcpy(key.value, &biased, sizeof(biased));
	return bpf_map_lookup_elem(&range_rows, &key);
}

/* Of the 16 bytes at `address`. */
static __always_inline const struct selector_set *
match__address(struct scratch *scratch, __u32 dimension, const void *address)
{
	struct address_key *key = &scratch->key.address;

	key->prefix_bits = 160;
	key->dimension = dimension;
	bpf_probe_read_kernel(key->address, sizeof(key->address), address);
	return bpf_map_lookup_elem(&address_rows, key);
}

static __always_inline const struct selector_set *
match__indexed(const volatile struct dimension_config *dimension, __u64 value)
{
	__u32 place = dimension->start + (__u32)value;
	__u16 *number;
	__u32 row;

	if (!value || value >= dimension->mask_bits)
		return 0;
	number = bpf_map_lookup_elem(&index_numbers, &place);
	if (!number || !*number)
		return 0;
	row = *number;
	return bpf_map_lookup_elem(&index_rows, &row);
}

struct bits_walk {
	struct selector_set *hit;
	__u64 bits; /* still to be looked up */
	__u32 dimension;
	__u32 first; /* number of the lowest bit */
};

static int bits__step(__u32 index, struct bits_walk *walk)
{
	const struct selector_set *row;

	if (!walk->bits)
		return 1;
	row = match__number(walk->dimension, walk->first + word__lowest(walk->bits));
	walk->bits &= walk->bits - 1;
	if (row)
		set__add(walk->hit, row);
	return 0;
}

/* ORs the rows of the bits that are set into hit; `first` is the number of the lowest one. */
static __always_inline void match__bits(__u32 dimension, __u64 bits, __u32 first,
					struct selector_set *hit)
{
	struct bits_walk walk = {
	    .hit = hit,
	    .bits = bits,
	    .dimension = dimension,
	    .first = first,
	};

	bpf_loop(64, bits__step, &walk, 0);
}

/* Looks the whole string up in the smallest map whose keys hold it. */
static __always_inline const struct selector_set *
match__text(struct scratch *scratch, __u32 dimension, const struct text *text)
{
	const void *from = &scratch->record[text->offset & 0xffff];
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

/* The text in the key becomes the bytes before `end`, last byte first, a word at a time. */
static __always_inline void affix__reverse(struct scratch *scratch, __u32 end, __u32 length)
{
	__u64 *to = (__u64 *)scratch->key.affix.text;

	for (__u32 i = 0; i < (AFFIX_SIZE_MAX + 7) / 8; i++) {
		__u64 word;

		if (i * 8 >= length)
			break;
		end -= 8;
		bpf_probe_read_kernel(&word, sizeof(word), &scratch->record[end & 0xffff]);
		to[i] = __builtin_bswap64(word);
	}
}

struct affix_walk {
	struct scratch *scratch;
	const struct selector_set *found;
	__u64 is_reversed;
};

/* Looks up one piece. Returns 1 when no other follows. */
static int affix__step(__u32 index, struct affix_walk *walk)
{
	struct scratch *scratch = walk->scratch;
	struct affix_key *key = &scratch->key.affix;
	struct text *rest = &scratch->rest;
	__u32 at = rest->offset, length = rest->length;
	struct affix_row *row;

	/* Or clang would read it again, and the verifier not know that it is the same. */
	barrier_var(length);
	if (length > AFFIX_SIZE_MAX)
		length = AFFIX_SIZE_MAX;
	if (walk->is_reversed)
		affix__reverse(scratch, at, length);
	else
		bpf_probe_read_kernel(key->text, length, &scratch->record[at & 0xffff]);
	key->prefix_bits = (sizeof(key->dimension) + length) * 8;
	row = bpf_map_lookup_elem(&affix_rows, key);
	if (!row)
		return 1;
	walk->found = &row->found;
	if (!row->next || rest->length <= AFFIX_SIZE_MAX)
		return 1;
	key->dimension = row->next;
	rest->length -= AFFIX_SIZE_MAX;
	rest->offset = walk->is_reversed ? at - AFFIX_SIZE_MAX : at + AFFIX_SIZE_MAX;
	return 0;
}

/* Longest match, in pieces: the row of a whole piece leads to the following one. A postfix is
 * a prefix of the reversed text.
 */
static __always_inline const struct selector_set *
match__affix(struct scratch *scratch, const volatile struct dimension_config *dimension,
	     const struct text *text)
{
	struct affix_walk walk = {
	    .scratch = scratch,
	    .is_reversed = dimension->kind == DIMENSION_KIND_POSTFIX,
	};

	scratch->rest = *text;
	if (walk.is_reversed)
		scratch->rest.offset += text->length;
	scratch->key.affix.dimension = dimension->number;
	bpf_loop(AFFIX_PIECES_MAX, affix__step, &walk, 0);
	return walk.found;
}

struct substring_walk {
	struct scratch *scratch;
	__u32 offset;
	__u32 state;
	__u32 classes;
	__u32 dimension;
};

static int substring__step(__u32 index, struct substring_walk *walk)
{
	__u8 byte = walk->scratch->record[(walk->offset + index) & 0xffff];
	__u32 cell = (walk->state & ~AUTOMATON_ACCEPTS) * config.class_count +
		     byte_classes[walk->classes & 1][byte];
	__u32 *next = bpf_map_lookup_elem(&automaton, &cell);
	const struct selector_set *row;

	if (!next)
		return 1;
	walk->state = *next;
	if (!(walk->state & AUTOMATON_ACCEPTS))
		return 0;
	row = match__number(walk->dimension, walk->state & ~AUTOMATON_ACCEPTS);
	if (row)
		set__add(&walk->scratch->bits, row);
	return 0;
}

/* One pass over the text for all values of the dimension (Aho and Corasick, CACM 1975). */
static __always_inline void match__substring(struct scratch *scratch,
					     const volatile struct dimension_config *dimension,
					     const struct text *text)
{
	struct substring_walk walk = {
	    .scratch = scratch,
	    .offset = text->offset,
	    .state = dimension->start,
	    .classes = dimension->classes,
	    .dimension = dimension->number,
	};

	bpf_loop(text->length, substring__step, &walk, 0);
}

/* The rows of a number. A MASK dimension ORs them into hit, which the caller has cleared. */
static __always_inline const struct selector_set *
match__value(const volatile struct dimension_config *dimension, __u64 value,
	     struct selector_set *hit)
{
	switch (dimension->kind) {
	case DIMENSION_KIND_NUMBER:
		return match__number(dimension->number, value);
	case DIMENSION_KIND_RANGE:
		return match__range(dimension, value);
	case DIMENSION_KIND_INDEXED:
		return match__indexed(dimension, value);
	case DIMENSION_KIND_MASK:
		match__bits(dimension->number, value & dimension->mask_bits, 0, hit);
		return hit;
	default:
		return 0;
	}
}

/* The rows of a text that lies in the record area. Empty text is found nowhere. */
static __always_inline const struct selector_set *
match__string(struct scratch *scratch, const volatile struct dimension_config *dimension,
	      const struct text *text)
{
	if (!text->length)
		return 0;
	switch (dimension->kind) {
	case DIMENSION_KIND_TEXT:
		return match__text(scratch, dimension->number, text);
	case DIMENSION_KIND_PREFIX:
	case DIMENSION_KIND_POSTFIX:
		return match__affix(scratch, dimension, text);
	case DIMENSION_KIND_SUBSTRING:
		__builtin_memset(&scratch->bits, 0, sizeof(scratch->bits));
		match__substring(scratch, dimension, text);
		return &scratch->bits;
	default:
		return 0;
	}
}

#endif
