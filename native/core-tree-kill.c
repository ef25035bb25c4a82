/* SPDX-License-Identifier: Apache-2.0 */
/* Ends processes with what descends from them: of those that the kernel has killed where they were
 * seen, and of those that the agent decided about. On a thread of its own, ahead of everybody
 * else's: a tree that forks does not wait until JavaScript has its turn. What it does is done once
 * more by the response of the rule, so that nothing depends on it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core-victims.h"

/* Passes over all tasks for one tree, as kill.ts has it. */
#define PASSES_MAX 64

/* How long a tree is seen to in all; a process that waits for a device cannot die before. */
#define TREE_NS_MAX 2000000000LL

/* How long the thread stands still after it has signalled, as dying takes a CPU: at first, and from
 * pass to pass twice as long, up to the most.
 */
#define GIVE_WAY_MS	24
#define GIVE_WAY_MS_MAX 48

/* Where the kernel's wake-up was missed. */
#define INTERVAL_MS 1000

#define BATCH_BYTES 4096
#define BATCH_ROOTS (BATCH_BYTES / (BPF_RINGBUF_HDR_SZ + sizeof(struct doomed_row)))
#define ROOTS_MAX   (16 * BATCH_ROOTS)

struct tree_killer {
	pthread_mutex_t opening; /* held until reader is set */
	struct reader *reader;
	struct map *targets;
	struct map *marking;
	struct program *mark;
	struct warrant warrant;
	uint32_t *spared;
	size_t spared_count;
	bool is_hastened;
	int is_closing; /* nobody new is taken in; another thread sets it */
	uint32_t roots[ROOTS_MAX];
	size_t root_count;
};

static bool killer__spares(const struct tree_killer *killer, uint32_t tgid)
{
	size_t index;

	for (index = 0; index < killer->spared_count; index++)
		if (killer->spared[index] == tgid)
			return true;
	return false;
}

static void killer__add(struct tree_killer *killer, const struct doomed_row *row)
{
	struct failure failure;

	if (killer__spares(killer, row->tgid))
		return;
	if (map__set(killer->targets, &row->tgid, &row->start_ns, BPF_ANY, &failure))
		killer->roots[killer->root_count++] = row->tgid;
}

/* Takes in who is doomed, as long as there is room; false when nobody new is. */
static bool killer__take(struct tree_killer *killer)
{
	_Alignas(8) uint8_t batch[BATCH_BYTES];
	struct failure failure;
	size_t before = killer->root_count;
	int64_t bytes, at;

	if (__atomic_load_n(&killer->is_closing, __ATOMIC_ACQUIRE) ||
	    killer->root_count + BATCH_ROOTS > ROOTS_MAX)
		return false;
	bytes = reader__fill(killer->reader, 0, batch, sizeof(batch), &failure);
	for (at = 0; at + BPF_RINGBUF_HDR_SZ <= bytes;) {
		uint32_t header = *(const uint32_t *)(batch + at);
		uint32_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

		if (length == sizeof(struct doomed_row) && !(header & BPF_RINGBUF_DISCARD_BIT))
			killer__add(killer,
				    (const struct doomed_row *)(batch + at + BPF_RINGBUF_HDR_SZ));
		at += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7ll;
	}
	return killer->root_count > before;
}

/* Marks whoever is not marked yet, and signals all that live. False when it could not. */
static bool killer__pass(struct tree_killer *killer, struct victims *victims,
			 struct failure *failure)
{
	struct marking_row pass = {
	    .id = killer->warrant.id,
	    .scope = MARKING_SCOPE_TREE,
	    .spared_tgid = (uint32_t)getpid(),
	};
	uint32_t zero = 0;
	void *rows = NULL;
	size_t size;

	if (!map__set(killer->marking, &zero, &pass, BPF_ANY, failure) ||
	    !program__run_iterator(killer->mark, &rows, &size, failure))
		return false;
	victims__kill(victims, &killer->warrant, rows, size / sizeof(struct marked_row));
	free(rows);
	return true;
}

/* A mark goes down a tree in a pass, and forks hand it on: what a pass has not seen is in the next.
 * Over when nobody lives who is marked. Others may be doomed meanwhile.
 */
static void killer__kill(struct tree_killer *killer)
{
	int64_t deadline = kernel__boot_time() + TREE_NS_MAX;
	int wait = GIVE_WAY_MS;
	int passes;

	for (passes = 0; passes < PASSES_MAX && kernel__boot_time() < deadline; passes++) {
		struct victims victims = {0};
		struct failure failure;
		bool is_over;

		if (killer__take(killer)) {
			deadline = kernel__boot_time() + TREE_NS_MAX;
			passes = 0;
			wait = GIVE_WAY_MS;
		}
		/* Without memory or descriptors there are some a moment later. */
		if (!killer__pass(killer, &victims, &failure))
			victims.living++;
		is_over = !victims.living;
		victims__await(&victims, wait);
		if (wait < GIVE_WAY_MS_MAX)
			wait *= 2;
		victims__close(&victims);
		if (is_over)
			break;
	}
}

static void killer__forget(struct tree_killer *killer)
{
	struct failure failure;

	while (killer->root_count)
		map__delete(killer->targets, &killer->roots[--killer->root_count], &failure);
}

/* On the reader's thread. */
static void killer__wake(void *context)
{
	struct tree_killer *killer = context;

	pthread_mutex_lock(&killer->opening);
	pthread_mutex_unlock(&killer->opening);
	if (!killer->reader)
		return;
	if (!killer->is_hastened)
		process__hasten(gettid(), HASTE_KILLING);
	killer->is_hastened = true;
	reader__rearm(killer->reader);
	while (killer__take(killer)) {
		killer__kill(killer);
		killer__forget(killer);
	}
}

static int duplicate(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static bool killer__own(struct tree_killer *killer, const struct tree_killer_options *options,
			struct failure *failure)
{
	killer->warrant.id = options->id;
	killer->spared = calloc(options->spared_count + 1, sizeof(*killer->spared));
	if (!killer->spared)
		return FAIL(failure, "ENGINE_MAP_FAILED", "out of memory");
	if (options->spared_count)
		memcpy(killer->spared, options->spared,
		       options->spared_count * sizeof(*killer->spared));
	killer->spared_count = options->spared_count;
	killer->targets = map__of_fd(duplicate(map__fd(options->targets)), failure);
	killer->marking = map__of_fd(duplicate(map__fd(options->marking)), failure);
	killer->warrant.verdicts = map__of_fd(duplicate(map__fd(options->verdicts)), failure);
	killer->mark = program__of_fd(duplicate(program__fd(options->mark)), failure);
	return killer->targets && killer->marking && killer->warrant.verdicts && killer->mark;
}

/* A pass that is about nobody, so that the first one that counts is not the first. */
static bool killer__try(struct tree_killer *killer, struct failure *failure)
{
	struct victims none = {0};
	bool could = killer__pass(killer, &none, failure);

	victims__close(&none);
	return could;
}

/* What was said while nobody listened is long past: who is told of it may be under other rules. */
static void killer__skip(struct tree_killer *killer)
{
	_Alignas(8) uint8_t batch[BATCH_BYTES];
	struct failure failure;
	int64_t left = RING_DOOMED_SIZE;

	while (left > 0) {
		int64_t bytes = reader__fill(killer->reader, 0, batch, sizeof(batch), &failure);

		if (bytes <= 0)
			return;
		left -= bytes;
	}
}

/* All of them have keys of four bytes. */
static bool map__holds(const struct map *map, enum bpf_map_type type, size_t value_size)
{
	const struct map_info *info = map__info(map);

	return info->type == type && info->key_size == 4 && info->value_bytes == value_size;
}

struct tree_killer *tree_killer__open(const struct tree_killer_options *options,
				      struct failure *failure)
{
	struct map *doomed = options->doomed;
	struct tree_killer *killer;
	bool is_open;

	if (!map__holds(options->targets, BPF_MAP_TYPE_HASH, 8) ||
	    !map__holds(options->marking, BPF_MAP_TYPE_ARRAY, sizeof(struct marking_row)) ||
	    !map__holds(options->verdicts, BPF_MAP_TYPE_TASK_STORAGE, VERDICTS_MAX * 4)) {
		FAIL(failure, "ENGINE_ARGUMENT_INVALID", "the maps are of another build");
		return NULL;
	}
	killer = calloc(1, sizeof(*killer));
	if (!killer) {
		FAIL(failure, "ENGINE_MAP_FAILED", "out of memory");
		return NULL;
	}
	pthread_mutex_init(&killer->opening, NULL);
	pthread_mutex_lock(&killer->opening);
	if (killer__own(killer, options, failure))
		killer->reader = reader__open(
		    &doomed, 1, (struct reader_options){killer__wake, killer, INTERVAL_MS},
		    failure);
	if (killer->reader)
		killer__skip(killer);
	is_open = killer->reader && killer__try(killer, failure);
	killer->is_closing = !is_open;
	pthread_mutex_unlock(&killer->opening);
	if (is_open)
		return killer;
	tree_killer__close(killer);
	return NULL;
}

void tree_killer__close(struct tree_killer *killer)
{
	__atomic_store_n(&killer->is_closing, 1, __ATOMIC_RELEASE);
	if (killer->reader)
		reader__close(killer->reader);
	if (killer->targets)
		map__close(killer->targets);
	if (killer->marking)
		map__close(killer->marking);
	if (killer->warrant.verdicts)
		map__close(killer->warrant.verdicts);
	if (killer->mark)
		program__close(killer->mark);
	pthread_mutex_destroy(&killer->opening);
	free(killer->spared);
	free(killer);
}
