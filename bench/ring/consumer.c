/* SPDX-License-Identifier: Apache-2.0 */
/* The yardstick: reads the ring with libbpf's own API. consumer <object> <tgid> <poll|edge>.
 * `poll` is ring_buffer__poll; `edge` waits edge-triggered and calls ring_buffer__consume.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "record.h"

#define TIMER_MS 10

static struct {
	uint64_t records;
	uint64_t checksum;
	uint64_t cpu_start_ns;
	uint64_t cpu_end_ns;
	bool is_over;
} state;

static uint64_t cpu_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000ull +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000ull;
}

static int on_record(void *context, void *data, size_t size)
{
	const struct bench_record *record = data;

	(void)context;
	(void)size;
	if (record->phase == PHASE_MEASURED) {
		if (!state.records++)
			state.cpu_start_ns = cpu_ns();
		state.checksum += record->sequence;
	} else if (record->phase == PHASE_END && !state.is_over) {
		state.cpu_end_ns = cpu_ns();
		state.is_over = true;
	}
	return 0;
}

static void read_by_edge(struct ring_buffer *ring, int ring_fd)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};
	int epoll_fd = epoll_create1(0);

	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, ring_fd, &event);
	while (!state.is_over) {
		epoll_wait(epoll_fd, &event, 1, TIMER_MS);
		ring_buffer__consume(ring);
	}
}

static void read_by_poll(struct ring_buffer *ring)
{
	while (!state.is_over) {
		ring_buffer__poll(ring, TIMER_MS);
		ring_buffer__consume(ring);
	}
}

static struct bpf_object *load(const char *path, uint32_t tgid)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;
	uint32_t zero = 0;
	int watched;

	if (!object || bpf_object__load(object))
		return NULL;
	watched = bpf_object__find_map_fd_by_name(object, "watched");
	program = bpf_object__find_program_by_name(object, "write_record");
	if (bpf_map_update_elem(watched, &zero, &tgid, 0) || !bpf_program__attach(program))
		return NULL;
	return object;
}

int main(int count, char **arguments)
{
	struct bpf_object *object =
	    count > 3 ? load(arguments[1], (uint32_t)atoi(arguments[2])) : NULL;
	struct ring_buffer *ring;
	int ring_fd;

	if (!object)
		return 1;
	ring_fd = bpf_object__find_map_fd_by_name(object, "ring");
	ring = ring_buffer__new(ring_fd, on_record, NULL, NULL);
	if (!ring)
		return 1;
	puts("ready");
	fflush(stdout);
	if (strcmp(arguments[3], "edge"))
		read_by_poll(ring);
	else
		read_by_edge(ring, ring_fd);
	printf("{\"records\":%llu,\"cpuNs\":%llu,\"checksum\":%llu}\n",
	       (unsigned long long)state.records,
	       (unsigned long long)(state.cpu_end_ns - state.cpu_start_ns),
	       (unsigned long long)state.checksum);
	return 0;
}
