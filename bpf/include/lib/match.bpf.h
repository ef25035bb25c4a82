/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which selectors a value satisfies: one lookup per dimension, each giving a set of selectors. The
 * structures behind the kinds of dimensions, see enum dimension_kind.
 */
#ifndef WARDER_LIB_MATCH_H
#define WARDER_LIB_MATCH_H

#include "prefix.bpf.h"
#include "set.bpf.h"

/* [0]: every byte for itself. [1]: letters of both cases are one. Columns of the automaton. */
const volatile __u8 byte_classes[2][256];

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
		return match__block(dimension, value + dimension->bias, 0);
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
