/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The longest prefix that a text, a number or an address has. */
#ifndef WARDER_LIB_PREFIX_H
#define WARDER_LIB_PREFIX_H

#include "rows.bpf.h"

/* The longest prefix that there is a row for, by binary search on the lengths that prefixes have
 * (Waldvogel and others, SIGCOMM 1997): the number of look-ups grows with the logarithm of their
 * number, and not with that of the prefixes. User space adds rows under the lengths on the way to
 * that of a prefix, and puts into every row what shorter prefixes of it hold.
 */
struct prefix_walk {
	const struct selector_set *found;
	__u32 place; /* of the length that is tried next */
	__u32 dimension;
};

/* Goes on from a length. Returns 1 when no other follows. */
static __always_inline int prefix__go_on(struct prefix_walk *walk, const struct length_row *from,
					 const struct selector_set *row)
{
	if (row)
		walk->found = row;
	walk->place = row ? from->longer : from->shorter;
	return walk->place == 0;
}

struct affix_walk {
	struct prefix_walk prefix;
	struct scratch *scratch;
	struct text text;
	__u64 is_postfix;
};

static int affix__step(__u32 index, struct affix_walk *walk)
{
	const struct length_row *from = bpf_map_lookup_elem(&lengths, &walk->prefix.place);
	const struct selector_set *row = 0;
	struct text part = {.offset = walk->text.offset};

	if (!from)
		return 1;
	part.length = from->length;
	if (walk->is_postfix)
		part.offset += walk->text.length - part.length;
	if (part.length <= walk->text.length)
		row = match__text(walk->scratch, walk->prefix.dimension, &part);
	return prefix__go_on(&walk->prefix, from, row);
}

static __always_inline const struct selector_set *
match__affix(struct scratch *scratch, const volatile struct dimension_config *dimension,
	     const struct text *text)
{
	struct affix_walk walk = {
	    .prefix = {.place = dimension->lengths, .dimension = dimension->number},
	    .scratch = scratch,
	    .text = *text,
	    .is_postfix = dimension->kind == DIMENSION_KIND_POSTFIX,
	};

	bpf_loop(LENGTH_TRIES_MAX, affix__step, &walk, 0);
	return walk.prefix.found;
}

struct block_walk {
	struct prefix_walk prefix;
	__u64 high;
	__u64 low;
};

/* The first `bits` of a word, as many as it has at most. */
static __always_inline __u64 word__begin(__u64 word, __u32 bits)
{
	if (bits >= 64)
		return word;
	return bits ? word & (~0ULL << (64 - bits)) : 0;
}

static int block__step(__u32 index, struct block_walk *walk)
{
	const struct length_row *from = bpf_map_lookup_elem(&lengths, &walk->prefix.place);
	struct block_key key = {.dimension = walk->prefix.dimension};

	if (!from)
		return 1;
	key.bits = from->length;
	key.high = word__begin(walk->high, key.bits);
	key.low = key.bits > 64 ? word__begin(walk->low, key.bits - 64) : 0;
	return prefix__go_on(&walk->prefix, from, bpf_map_lookup_elem(&block_rows, &key));
}

static __always_inline const struct selector_set *
match__block(const volatile struct dimension_config *dimension, __u64 high, __u64 low)
{
	struct block_walk walk = {
	    .prefix = {.place = dimension->lengths, .dimension = dimension->number},
	    .high = high,
	    .low = low,
	};

	bpf_loop(LENGTH_TRIES_MAX, block__step, &walk, 0);
	return walk.prefix.found;
}

/* Of the 16 bytes at `address`. */
static __always_inline const struct selector_set *
match__address(const volatile struct dimension_config *dimension, const void *address)
{
	__u64 words[2];

	bpf_probe_read_kernel(words, sizeof(words), address);
	return match__block(dimension, __builtin_bswap64(words[0]), __builtin_bswap64(words[1]));
}

#endif
