/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded BPF programs: counters, test runs, iterators, pins. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "core.h"
#include <malloc.h>
#include <time.h>

/* An iterator over every task or map of a large node prints a few MiB; beyond this it is broken. */
#define ITERATOR_SIZE_MAX (256u << 20)

struct program {
	int fd;
};

struct program *program__of_fd(int fd, struct failure *failure)
{
	struct program *program = calloc(1, sizeof(*program));

	if (!program) {
		close(fd);
		FAIL_CALL(failure, "ENGINE_PROGRAM_FAILED", "calloc", ENOMEM, "out of memory");
		return NULL;
	}
	program->fd = fd;
	return program;
}

struct program *program__open_pinned(const char *path, struct failure *failure)
{
	int fd = bpf_obj_get(path);

	if (fd < 0) {
		FAIL_CALL(failure,
			  fd == -ENOENT ? "ENGINE_PROGRAM_MISSING" : "ENGINE_PROGRAM_FAILED",
			  "bpf_obj_get", fd, "no program pinned at %s: %s", path, strerror(-fd));
		return NULL;
	}
	return program__of_fd(fd, failure);
}

void program__close(struct program *program)
{
	close(program->fd);
	free(program);
}

int program__fd(const struct program *program)
{
	return program->fd;
}

static bool program__fail(const char *call, int error, struct failure *failure)
{
	return FAIL_CALL(failure, "ENGINE_PROGRAM_FAILED", call, error, "%s: %s", call,
			 strerror(error < 0 ? -error : error));
}

bool program__info(const struct program *program, struct program_info *out, struct failure *failure)
{
	struct bpf_prog_info info = {0};
	uint32_t size = sizeof(info);
	int error = bpf_obj_get_info_by_fd(program->fd, &info, &size);

	if (error)
		return program__fail("bpf_obj_get_info_by_fd", error, failure);
	memset(out, 0, sizeof(*out));
	memcpy(out->name, info.name, sizeof(info.name));
	out->id = info.id;
	out->type = info.type;
	out->jited_bytes = info.jited_prog_len;
	out->verified_instructions = info.verified_insns;
	out->run_count = info.run_cnt;
	out->run_time_ns = info.run_time_ns;
	out->recursion_misses = info.recursion_misses;
	return true;
}

bool program__pin(struct program *program, const char *path, struct failure *failure)
{
	int error = bpf_obj_pin(program->fd, path);

	return error ? program__fail("bpf_obj_pin", error, failure) : true;
}

bool program__test_run(struct program *program, struct test_run *run, struct failure *failure)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = run->context,
		    .ctx_size_in = run->context_size, .data_in = run->data,
		    .data_size_in = run->data_size, .data_out = run->data_out,
		    .data_size_out = run->data_out_size, .repeat = run->repeat);
	int error = bpf_prog_test_run_opts(program->fd, &options);

	if (error)
		return program__fail("bpf_prog_test_run_opts", error, failure);
	run->return_value = options.retval;
	run->duration_ns = options.duration;
	run->data_out_size = options.data_size_out;
	return true;
}

struct text {
	char *bytes;
	size_t length;
	size_t capacity;
};

/* 1: more may follow, 0: end, negative errno. */
static int text__read(struct text *text, int fd)
{
	size_t capacity = text->capacity ? text->capacity * 2 : 65536;
	ssize_t count;

	if (text->length == text->capacity) {
		char *bytes = capacity <= ITERATOR_SIZE_MAX ? realloc(text->bytes, capacity) : NULL;

		if (!bytes)
			return capacity <= ITERATOR_SIZE_MAX ? -ENOMEM : -E2BIG;
		text->bytes = bytes;
		text->capacity = capacity;
	}
	count = read(fd, text->bytes + text->length, text->capacity - text->length);
	if (count < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : -errno;
	text->length += (size_t)count;
	return count > 0;
}

bool program__run_iterator(struct program *program, void **bytes, size_t *size,
			   struct failure *failure)
{
	struct text text = {0};
	int link_fd = bpf_link_create(program->fd, 0, BPF_TRACE_ITER, NULL);
	int fd;
	int status;

	if (link_fd < 0)
		return program__fail("bpf_link_create", link_fd, failure);
	fd = bpf_iter_create(link_fd);
	close(link_fd);
	if (fd < 0)
		return program__fail("bpf_iter_create", fd, failure);
	do
		status = text__read(&text, fd);
	while (status > 0);
	close(fd);
	if (status < 0) {
		free(text.bytes);
		return program__fail("read", status, failure);
	}
	*bytes = text.bytes;
	*size = text.length;
	return true;
}

int kernel__enable_stats(struct failure *failure)
{
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	if (fd < 0)
		FAIL_CALL(failure, "ENGINE_STATS_FAILED", "bpf_enable_stats", fd,
			  "run time statistics cannot be enabled: %s", strerror(-fd));
	return fd;
}

int kernel__cpu_count(struct failure *failure)
{
	int count = libbpf_num_possible_cpus();

	if (count < 0)
		FAIL_CALL(failure, "ENGINE_STATS_FAILED", "libbpf_num_possible_cpus", count,
			  "possible CPUs cannot be counted: %s", strerror(-count));
	return count;
}

static int64_t clock__now(clockid_t id)
{
	struct timespec now = {0};

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t kernel__clock_offset(void)
{
	/* The wall clock between two readings of the other: the middle is off by half their
	 * distance. */
	int64_t before = clock__now(CLOCK_BOOTTIME);
	int64_t wall = clock__now(CLOCK_REALTIME);
	int64_t after = clock__now(CLOCK_BOOTTIME);

	return wall - before - (after - before) / 2;
}

void kernel__trim_memory(void)
{
	malloc_trim(0);
}
