/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which records wait for the hash of a file, that a program behind the hook appends. */
#ifndef WARDER_LIB_HASH_H
#define WARDER_LIB_HASH_H

#include "config.bpf.h"
#include "scratch.bpf.h"

/* By a selector that reports. What is denied does not come to the program that hashes: nothing runs
 * after a program that denied.
 */
static __always_inline bool hash__is_wanted(const struct scratch *scratch)
{
	const struct hook_record *record = (const struct hook_record *)scratch->record;
	__u64 wanted = 0;

	if (!(config.flags & HOOK_FLAG_HASHES))
		return false;
	for (__u32 word = 0; word < SELECTOR_WORDS_MAX && word < config.word_count; word++)
		wanted |= record->selectors[word] & config.file_hash.words[word];
	return wanted != 0;
}

#endif
