/* SPDX-License-Identifier: Apache-2.0 */
/* Signals processes that are marked, through descriptors: a pid may have become another's. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "core-victims.h"

static bool verdict__names(const uint32_t *ids, uint32_t id)
{
	size_t slot;

	for (slot = 0; slot < VERDICTS_MAX; slot++)
		if (ids[slot] == id)
			return true;
	return false;
}

void victims__close(struct victims *victims)
{
	while (victims->awaited)
		close(victims->ends[--victims->awaited]);
}

/* Where descriptors have run out, those that were only waited for make room. */
static int victims__open(struct victims *victims, uint32_t tgid)
{
	struct failure failure;
	int fd = process__open((int)tgid, &failure);

	if (fd >= 0 || fd == -ESRCH || !victims->awaited)
		return fd;
	victims__close(victims);
	return process__open((int)tgid, &failure);
}

/* False when it is gone, or cannot be reached now. */
static bool victims__add(struct victims *victims, const struct warrant *warrant, uint32_t tgid)
{
	uint32_t ids[VERDICTS_MAX];
	struct failure failure;
	bool is_signalled;
	int fd = victims__open(victims, tgid);

	if (fd == -ESRCH)
		return false;
	if (fd < 0) {
		victims->living++; /* Perhaps there is a descriptor in the next pass. */
		return false;
	}
	if (map__get(warrant->verdicts, &fd, ids, &failure) != 1 ||
	    !verdict__names(ids, warrant->id)) {
		close(fd);
		return false;
	}
	victims->living++;
	is_signalled = process__signal(fd, SIGKILL, &failure) > 0;
	if (victims->awaited < AWAITED_MAX)
		victims->ends[victims->awaited++] = fd;
	else
		close(fd);
	return is_signalled;
}

static int row__compare(const void *one, const void *other)
{
	const struct marked_row *a = one, *b = other;

	if (a->tgid != b->tgid)
		return a->tgid < b->tgid ? -1 : 1;
	return (a->tid > b->tid) - (a->tid < b->tid);
}

/* All are signalled first, so that none goes on while the many threads of another are seen to. A
 * process has not ended before the last of its threads, each of which has a priority of its own.
 */
void victims__kill(struct victims *victims, const struct warrant *warrant, struct marked_row *rows,
		   size_t count)
{
	bool is_signalled = false;
	uint32_t tgid = 0;
	size_t index;

	if (count)
		qsort(rows, count, sizeof(*rows), row__compare);
	for (index = 0; index < count; index++) {
		if (rows[index].tgid != tgid) {
			tgid = rows[index].tgid;
			is_signalled = victims__add(victims, warrant, tgid);
		}
		if (!is_signalled)
			rows[index].tid = 0;
	}
	for (index = 0; index < count; index++)
		if (rows[index].tid &&
		    process__has_thread((int)rows[index].tgid, (int)rows[index].tid))
			process__hasten((int)rows[index].tid, HASTE_DYING);
}

void victims__await(const struct victims *victims, int milliseconds)
{
	int64_t deadline = kernel__boot_time() + milliseconds * 1000000LL;
	size_t index;

	if (victims->living && !victims->awaited)
		poll(NULL, 0, milliseconds);
	for (index = 0; index < victims->awaited; index++) {
		int64_t left = deadline - kernel__boot_time();

		if (left <= 0 ||
		    !process__await_end(victims->ends[index], (int)((left + 999999) / 1000000)))
			return;
	}
}
