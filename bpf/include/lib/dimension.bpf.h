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

/* Selectors of a word that a dimension lets through. */
static __always_inline __u64 dimension__allow(const volatile struct dimension_config *dimension,
					      __u32 word, __u64 hit)
{
	if (dimension->flags & DIMENSION_FLAG_REQUIRED)
		return hit;
	return (hit ^ dimension->negated.words[word]) | dimension->unconstrained.words[word];
}

/* Keeps what the set allows. False when nothing is left. A missing row is an empty set. */
static __always_inline bool match__narrow(struct selector_set *matched,
					  const struct selector_set *hit,
					  const volatile struct dimension_config *dimension)
{
	__u64 left = 0;

	if (!hit && (dimension->flags & DIMENSION_FLAG_REQUIRED))
		return false;
	if (!hit)
		hit = match__nothing();
	if (!hit)
		return false;
#pragma unroll
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX; word++) {
		if (word >= config.word_count)
			break;
		matched->words[word] &= dimension__allow(dimension, word, hit->words[word]);
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
		if (dimensions[i].subject == FACT_BINARY || dimensions[i].subject == FACT_LINEAGE ||
		    fact__is_change(dimensions[i].subject))
			return true;
	}
	for (__u32 i = 0; i < DIMENSIONS_MAX; i++) {
		if (i >= config.dimension_count)
			break;
		if (dimensions[i].source == DIMENSION_SOURCE_FACT &&
		    dimensions[i].subject == FACT_BINARY_PATH)
			return true;
	}
	return false;
}

/* ORs the rows of the process and of its ancestors into hit. */
static __always_inline void match__pid_lineage(const volatile struct dimension_config *dimension,
					       const struct actor *actor, struct selector_set *hit)
{
	struct task_struct *process = actor->task;

	for (__u32 depth = 0; depth < LINEAGE_DEPTH_MAX; depth++) {
		__u32 pid = fact__next_pid(dimension->subject, &process);
		const struct selector_set *row;

		if (!pid)
			break;
		row = match__number(dimension->number, pid);
		if (row)
			set__add(hit, row);
	}
}

/* The rows of a fact. Bit sets gather theirs in hit. */
static __always_inline const struct selector_set *
dimension__of_fact(const volatile struct dimension_config *dimension, const struct actor *actor,
		   struct selector_set *hit)
{
	__u32 fact = dimension->subject;

	if (fact == FACT_PID_LINEAGE || fact == FACT_NAMESPACE_PID_LINEAGE) {
		__builtin_memset(hit, 0, sizeof(*hit));
		match__pid_lineage(dimension, actor, hit);
		return hit;
	}
	if (dimension->kind == DIMENSION_KIND_MASK)
		__builtin_memset(hit, 0, sizeof(*hit));
	if (fact == FACT_SCOPES) {
		const struct workload_row *workload = fact__workload();

		for (__u32 word = 0; workload && word < SCOPES_MAX / 64; word++)
			match__bits(dimension->number, workload->scopes[word], word * 64, hit);
		return hit;
	}
	if (fact == FACT_LINEAGE || fact == FACT_PARENT_LINEAGE) {
		const __u64 *lineage = fact__lineage(fact, actor);

		for (__u32 word = 0; lineage && word < LINEAGE_IDS_MAX / 64; word++)
			match__bits(dimension->number, lineage[word], word * 64, hit);
		return hit;
	}
	return match__value(dimension, fact__number(fact, actor), hit);
}

/* The rows of a path that belongs to the process. It is copied behind the record, where texts are
 * looked for, and is no part of it.
 */
static __always_inline const struct selector_set *
dimension__of_path(struct scratch *scratch, const volatile struct dimension_config *dimension,
		   const struct actor *actor)
{
	const char *path = fact__path(dimension->subject, actor);
	struct text text = {.offset = scratch->length};
	long size;

	if (!path || text.offset > RECORD_SIZE_MAX)
		return 0;
	size = bpf_probe_read_kernel_str(&scratch->record[text.offset & 0xffff], BINARY_PATH_SIZE,
					 path);
	if (size <= 1)
		return 0;
	text.length = size - 1;
	return match__string(scratch, dimension, &text);
}

/* The rows of a member of an argument's detail. */
static __always_inline const struct selector_set *
dimension__of_member(struct scratch *scratch, const volatile struct dimension_config *dimension,
		     const struct argument_record *argument)
{
	const void *member = &scratch->record[(argument->text.offset + dimension->start) & 0xffff];
	__u64 value = 0;

	if (!argument->text.length)
		return 0;
	if (dimension->kind == DIMENSION_KIND_ADDRESS)
		return match__address(dimension, member);
	if (dimension->width > sizeof(value))
		return 0;
	bpf_probe_read_kernel(&value, dimension->width, member);
	return match__value(dimension, value, &scratch->bits);
}

/* 1 when one is less than the other, without a branch that the verifier would follow both ways. */
static __always_inline __u64 number__below(__u64 one, __u64 other)
{
	return ((~one & other) | ((~one | other) & (one - other))) >> 63;
}

/* What two numbers are together. */
static __always_inline __u64 dimension__pair(const volatile struct dimension_config *dimension,
					     __u64 one, __u64 other)
{
	if (dimension->source == DIMENSION_SOURCE_ORDER) {
		one += dimension->bias;
		other += dimension->bias;
		return 1 + number__below(other, one) - number__below(one, other);
	}
	one = dimension->source == DIMENSION_SOURCE_SUM ? one + other : one - other;
	return dimension->width == sizeof(__u32) ? (__u32)one : one;
}

/* The rows of two numbers together. */
static __always_inline const struct selector_set *
dimension__of_pair(struct scratch *scratch, const volatile struct dimension_config *dimension,
		   const struct argument_record *one)
{
	const struct argument_record *other = hook__argument(scratch, dimension->start);

	if (other->status == ARGUMENT_STATUS_UNREADABLE)
		return 0;
	return match__value(dimension, dimension__pair(dimension, one->value, other->value),
			    &scratch->bits);
}

/* The rows of an argument. What cannot be read is found nowhere. */
static __always_inline const struct selector_set *
dimension__of_argument(struct scratch *scratch, const volatile struct dimension_config *dimension)
{
	struct argument_record *argument = hook__argument(scratch, dimension->subject);
	struct text text;
	__u64 gained;

	if (argument->status == ARGUMENT_STATUS_UNREADABLE)
		return 0;
	if (dimension->kind == DIMENSION_KIND_MASK)
		__builtin_memset(&scratch->bits, 0, sizeof(scratch->bits));
	switch (dimension->source) {
	case DIMENSION_SOURCE_VALUE:
		return match__value(dimension, argument->value, &scratch->bits);
	case DIMENSION_SOURCE_MEMBER:
		return dimension__of_member(scratch, dimension, argument);
	case DIMENSION_SOURCE_FILE_TYPE:
		return match__value(dimension, argument->mode & S_IFMT, &scratch->bits);
	case DIMENSION_SOURCE_GAINED:
		gained = hook__argument(scratch, dimension->start)->value & ~argument->value;
		return match__value(dimension, gained, &scratch->bits);
	case DIMENSION_SOURCE_SUM:
	case DIMENSION_SOURCE_DIFFERENCE:
	case DIMENSION_SOURCE_ORDER:
		return dimension__of_pair(scratch, dimension, argument);
	}
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

/* Dimensions number `from` up to `to`, of arguments that were read and of paths. */
static __always_inline bool match__arguments(struct selector_set *matched, struct scratch *scratch,
					     const struct actor *actor, __u32 from, __u32 to)
{
	const struct selector_set *hit;

	for (__u32 i = 0; i < DIMENSIONS_MAX; i++) {
		if (i >= to)
			break;
		if (i < from)
			continue;
		if (dimensions[i].source == DIMENSION_SOURCE_FACT)
			hit = dimension__of_path(scratch, &dimensions[i], actor);
		else
			hit = dimension__of_argument(scratch, &dimensions[i]);
		if (!match__narrow(matched, hit, &dimensions[i]))
			return false;
	}
	return true;
}

#endif
