/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that a pass over all tasks found, and that are to die. */
#ifndef WARDER_CORE_VICTIMS_H
#define WARDER_CORE_VICTIMS_H

#include "../bpf/include/response.h"
#include "core.h"

/* Whose end is waited for, of those that a pass found: the agent needs descriptors too, and a tree
 * can have more processes than it may have files.
 */
#define AWAITED_MAX 128

struct victims {
	int ends[AWAITED_MAX];
	size_t awaited;
	size_t living; /* those that are not awaited too */
};

/* The response under which they die, and the map that says who is marked with it. */
struct warrant {
	struct map *verdicts;
	uint32_t id;
};

/* Signals all processes that have rows, and has their threads die before others go on. Sorts the
 * rows.
 */
void victims__kill(struct victims *victims, const struct warrant *warrant, struct marked_row *rows,
		   size_t count);

/* Until all that are awaited have ended, or the time is over. */
void victims__await(const struct victims *victims, int milliseconds);

void victims__close(struct victims *victims);

#endif
