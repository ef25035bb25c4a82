/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which selectors a run of a hook satisfies: the sets that dimensions give, combined as AND over
 * dimensions of ((hit ^ negated) | unconstrained). This is packet classification by bit vectors
 * (Lakshman and Stiliadis, SIGCOMM 1998), so that the cost follows the number of dimensions and not
 * the number of policies.
 */
#ifndef WARDER_LIB_DIMENSION_H
#define WARDER_LIB_DIMENSION_H

#include "argument.bpf.h"
#include "facts.bpf.h"
#include "match.bpf.h"

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

/* Whether a fact needs the state of the process; a constant for the verifier. */
static __always_inline bool facts__need_state(void)
{
	for (__u32 i = 0; i < DIMENSIONS_MAX; i++) {
		if (i >= config.fact_end)
			break;
		if (dimensions[i].subject == FACT_BINARY)
			return true;
	}
	return false;
}

/* The rows of a fact. Bit sets gather theirs in hit. */
static __always_inline const struct selector_set *
dimension__of_fact(const volatile struct dimension_config *dimension, const struct actor *actor,
		   struct selector_set *hit)
{
	if (dimension->kind == DIMENSION_KIND_MASK)
		__builtin_memset(hit, 0, sizeof(*hit));
	return match__value(dimension, fact__number(dimension->subject, actor), hit);
}

/* The rows of an argument. What cannot be read is found nowhere. */
static __always_inline const struct selector_set *
dimension__of_argument(struct scratch *scratch, const volatile struct dimension_config *dimension)
{
	struct argument_record *argument = hook__argument(scratch, dimension->subject);
	struct text text;

	if (dimension->kind == DIMENSION_KIND_MASK)
		__builtin_memset(&scratch->bits, 0, sizeof(scratch->bits));
	if (dimension->source == DIMENSION_SOURCE_VALUE)
		return match__value(dimension, argument->value, &scratch->bits);
	text.offset = argument->text.offset;
	text.length = argument->text.length;
	return match__string(scratch, dimension, &text);
}

/* Facts need no argument, so they come first: most runs end here. */
static __always_inline bool match__facts(struct selector_set *matched, const struct actor *actor)
{
	struct selector_set hit;

	for (__u32 i = 0; i < DIMENSIONS_MAX; i++) {
		if (i >= config.fact_end)
			break;
		if (!match__narrow(matched, dimension__of_fact(&dimensions[i], actor, &hit),
				   &dimensions[i]))
			return false;
	}
	return true;
}

/* Dimensions number `from` up to `to`, of arguments that were read. */
static __always_inline bool match__arguments(struct selector_set *matched, struct scratch *scratch,
					     __u32 from, __u32 to)
{
	for (__u32 i = 0; i < DIMENSIONS_MAX; i++) {
		if (i >= to)
			break;
		if (i < from)
			continue;
		if (!match__narrow(matched, dimension__of_argument(scratch, &dimensions[i]),
				   &dimensions[i]))
			return false;
	}
	return true;
}

#endif
