/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Sets of bits: selectors, capabilities, lineage ids. */
#ifndef WARDER_LIB_SET_H
#define WARDER_LIB_SET_H

#include "config.bpf.h"

/* Number of the lowest bit that is set; the word must not be 0. Counts the bits below it in the
 * usual halving steps: BPF has no instruction for it, and clang 14 cannot compile its own.
 */
static __always_inline __u32 word__lowest(__u64 word)
{
	__u64 below = (word & -word) - 1;

	below -= (below >> 1) & 0x5555555555555555ULL;
	below = (below & 0x3333333333333333ULL) + ((below >> 2) & 0x3333333333333333ULL);
	below = (below + (below >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (below * 0x0101010101010101ULL) >> 56;
}

static __always_inline void set__add(struct selector_set *to, const struct selector_set *from)
{
#pragma unroll
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX; word++) {
		if (word >= config.word_count)
			break;
		to->words[word] |= from->words[word];
	}
}

#endif
