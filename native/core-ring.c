/* SPDX-License-Identifier: Apache-2.0 */
/* Reading BPF ring buffers: a scan that copies, and a thread that only waits. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include "core.h"

#define READER_RINGS_MAX 16

struct ring {
	uint64_t *consumer; /* ours to write */
	uint64_t *producer; /* followed by the data */
	uint64_t size;
	int fd;
};

struct reader {
	struct ring rings[READER_RINGS_MAX];
	size_t count;
	struct reader_options options;
	size_t page_size;
	pthread_t thread;
	int epoll_fd;
	int stop_fd;
	int is_pending; /* a wake-up was given and rearm has not been called since */
	bool has_thread;
};

/* In two parts when the records go on at the beginning of the ring. The kernel offers the data
 * twice in a row, which would spare this but count twice in the memory of the process.
 */
static void ring__copy(const struct ring_view *view, void *out, uint64_t bytes)
{
	uint64_t from = view->consumer & view->mask;
	uint64_t first = view->mask + 1 - from;

	if (first > bytes)
		first = bytes;
	memcpy(out, view->data + from, first);
	memcpy((uint8_t *)out + first, view->data, bytes - first);
}

int64_t ring__scan(const struct ring_view *view, void *out, size_t room)
{
	uint64_t position = view->consumer;
	uint64_t ready = view->producer - view->consumer;
	uint64_t offset = 0;

	if (ready > view->mask + 1 || (position & 7) || (view->producer & 7))
		return RING_SCAN_CORRUPT;
	while (offset < ready) {
		const uint8_t *record = view->data + ((position + offset) & view->mask);
		uint32_t header = __atomic_load_n((const uint32_t *)record, __ATOMIC_ACQUIRE);
		uint64_t total;

		if (header & BPF_RINGBUF_BUSY_BIT)
			break;
		total = ((uint64_t)(header & ~BPF_RINGBUF_DISCARD_BIT) + BPF_RINGBUF_HDR_SZ + 7) &
			~7ull;
		if (total > ready - offset)
			return RING_SCAN_CORRUPT;
		if (offset + total > room) {
			if (!offset)
				return RING_SCAN_TOO_SMALL;
			break;
		}
		offset += total;
	}
	if (offset)
		ring__copy(view, out, offset);
	return (int64_t)offset;
}

static void ring__unmap(struct ring *ring, size_t page_size)
{
	if (ring->consumer)
		munmap(ring->consumer, page_size);
	if (ring->producer)
		munmap(ring->producer, page_size + ring->size);
	if (ring->fd >= 0)
		close(ring->fd);
	memset(ring, 0, sizeof(*ring));
	ring->fd = -1;
}

static bool ring__fail(const char *call, struct failure *failure)
{
	int error = errno;

	return FAIL_CALL(failure, "ENGINE_RING_FAILED", call, error, "%s: %s", call,
			 strerror(error));
}

static bool ring__map(struct ring *ring, const struct map *map, size_t page_size,
		      struct failure *failure)
{
	const struct map_info *info = map__info(map);
	void *memory;

	ring->fd = -1;
	if (info->type != BPF_MAP_TYPE_RINGBUF)
		return FAIL(failure, "ENGINE_RING_FAILED", "map %s is not a ring buffer",
			    info->name);
	ring->size = info->max_entries;
	ring->fd = fcntl(map__fd(map), F_DUPFD_CLOEXEC, 3);
	if (ring->fd < 0)
		return ring__fail("fcntl", failure);
	memory = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (memory == MAP_FAILED)
		return ring__fail("mmap", failure);
	ring->consumer = memory;
	memory =
	    mmap(NULL, page_size + ring->size, PROT_READ, MAP_SHARED, ring->fd, (off_t)page_size);
	if (memory == MAP_FAILED)
		return ring__fail("mmap", failure);
	ring->producer = memory;
	return true;
}

static uint64_t ring__pending(const struct ring *ring)
{
	uint64_t consumer = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);

	return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE) - consumer;
}

uint64_t reader__pending(const struct reader *reader)
{
	uint64_t pending = 0;
	size_t index;

	for (index = 0; index < reader->count; index++)
		pending += ring__pending(&reader->rings[index]);
	return pending;
}

/* The thread never touches a record: it only tells that there are some. */
static void *reader__run(void *argument)
{
	struct reader *reader = argument;
	struct epoll_event events[READER_RINGS_MAX + 1];
	uint64_t stop;

	for (;;) {
		int count = epoll_wait(reader->epoll_fd, events, READER_RINGS_MAX + 1,
				       (int)reader->options.interval_ms);

		if (count < 0 && errno != EINTR)
			return NULL;
		if (read(reader->stop_fd, &stop, sizeof(stop)) == sizeof(stop))
			return NULL;
		if (reader__pending(reader) &&
		    !__atomic_exchange_n(&reader->is_pending, 1, __ATOMIC_ACQ_REL))
			reader->options.wake(reader->options.context);
	}
}

void reader__rearm(struct reader *reader)
{
	__atomic_store_n(&reader->is_pending, 0, __ATOMIC_RELEASE);
}

/* Edge-triggered: a ring below its wake-up threshold stays readable, and a level-triggered wait
 * would spin on it.
 */
static bool reader__watch(struct reader *reader, int fd, uint32_t mode, struct failure *failure)
{
	struct epoll_event event = {.events = EPOLLIN | mode};

	if (epoll_ctl(reader->epoll_fd, EPOLL_CTL_ADD, fd, &event))
		return ring__fail("epoll_ctl", failure);
	return true;
}

/* Signals belong to the threads of the host program. */
static bool reader__start(struct reader *reader, struct failure *failure)
{
	sigset_t all;
	sigset_t before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&reader->thread, NULL, reader__run, reader);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	if (error)
		return ring__fail("pthread_create", failure);
	reader->has_thread = true;
	return true;
}

static bool reader__prepare(struct reader *reader, struct map *const *maps, size_t count,
			    struct failure *failure)
{
	size_t index;

	reader->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	reader->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (reader->epoll_fd < 0 || reader->stop_fd < 0)
		return ring__fail("epoll_create1", failure);
	for (index = 0; index < count; index++) {
		struct ring *ring = &reader->rings[index];

		reader->count = index + 1;
		if (!ring__map(ring, maps[index], reader->page_size, failure) ||
		    !reader__watch(reader, ring->fd, EPOLLET, failure))
			return false;
	}
	return reader__watch(reader, reader->stop_fd, 0, failure);
}

struct reader *reader__open(struct map *const *maps, size_t count, struct reader_options options,
			    struct failure *failure)
{
	struct reader *reader;

	if (!count || count > READER_RINGS_MAX) {
		FAIL(failure, "ENGINE_RING_FAILED", "a reader takes 1 to %d rings, %zu given",
		     READER_RINGS_MAX, count);
		return NULL;
	}
	reader = calloc(1, sizeof(*reader));
	if (!reader) {
		errno = ENOMEM;
		ring__fail("calloc", failure);
		return NULL;
	}
	reader->options = options;
	reader->page_size = (size_t)sysconf(_SC_PAGESIZE);
	reader->epoll_fd = reader->stop_fd = -1;
	if (reader__prepare(reader, maps, count, failure) && reader__start(reader, failure))
		return reader;
	reader__close(reader);
	return NULL;
}

void reader__close(struct reader *reader)
{
	uint64_t one = 1;
	size_t index;

	if (reader->has_thread) {
		/* An eventfd that nobody has written before cannot refuse. */
		if (write(reader->stop_fd, &one, sizeof(one)) == sizeof(one))
			pthread_join(reader->thread, NULL);
	}
	for (index = 0; index < reader->count; index++)
		ring__unmap(&reader->rings[index], reader->page_size);
	if (reader->epoll_fd >= 0)
		close(reader->epoll_fd);
	if (reader->stop_fd >= 0)
		close(reader->stop_fd);
	free(reader);
}

int64_t reader__fill(struct reader *reader, size_t index, void *out, size_t room,
		     struct failure *failure)
{
	struct ring *ring;
	struct ring_view view;
	int64_t bytes;

	if (index >= reader->count) {
		FAIL(failure, "ENGINE_RING_FAILED", "the reader has %zu rings, not %zu",
		     reader->count, index + 1);
		return -1;
	}
	ring = &reader->rings[index];
	view.data = (const uint8_t *)ring->producer + reader->page_size;
	view.mask = ring->size - 1;
	view.consumer = *ring->consumer;
	view.producer = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
	bytes = ring__scan(&view, out, room);
	if (bytes == RING_SCAN_CORRUPT)
		FAIL(failure, "ENGINE_RING_CORRUPT",
		     "ring %zu holds an impossible record at consumer %llu, producer %llu", index,
		     (unsigned long long)view.consumer, (unsigned long long)view.producer);
	if (bytes == RING_SCAN_TOO_SMALL)
		FAIL(failure, "ENGINE_RING_BATCH_SIZE",
		     "the next record of ring %zu does not fit a batch of %zu bytes", index, room);
	/* The kernel reads our position before it decides to wake us: publish it in order. */
	if (bytes > 0)
		__atomic_store_n(ring->consumer, view.consumer + (uint64_t)bytes, __ATOMIC_SEQ_CST);
	return bytes;
}
