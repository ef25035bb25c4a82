/* SPDX-License-Identifier: Apache-2.0 */
/* Ways of attaching a program that its section does not say everything about. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include "core.h"
#include "core-link.h"

static struct bpf_link *attach_uprobe(struct bpf_program *program, const struct attach_point *point)
{
	LIBBPF_OPTS(bpf_uprobe_opts, options, .retprobe = point->is_return,
		    .ref_ctr_offset = point->ref_counter, .bpf_cookie = point->cookie);

	/* -1: in every process that maps the file, also in those that start later. */
	return bpf_program__attach_uprobe_opts(program, -1, point->file, point->offset, &options);
}

/* The link keeps the cgroup; the descriptor is needed to name it only. */
static struct bpf_link *attach_cgroup(struct bpf_program *program, const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct bpf_link *link;
	int error;

	if (fd < 0)
		return NULL;
	link = bpf_program__attach_cgroup(program, fd);
	error = errno;
	close(fd);
	errno = error;
	return link;
}

struct bpf_link *attach_point__attach(struct bpf_program *program, const struct attach_point *point)
{
	switch (point->kind) {
	case ATTACH_KIND_KPROBE:
		return bpf_program__attach_kprobe(program, point->is_return, point->function);
	case ATTACH_KIND_TRACEPOINT:
		return bpf_program__attach_tracepoint(program, point->category, point->function);
	case ATTACH_KIND_UPROBE:
		return attach_uprobe(program, point);
	case ATTACH_KIND_CGROUP:
		return attach_cgroup(program, point->file);
	default:
		return bpf_program__attach(program);
	}
}

const char *attach_point__call(const struct attach_point *point)
{
	switch (point->kind) {
	case ATTACH_KIND_KPROBE:
		return "bpf_program__attach_kprobe";
	case ATTACH_KIND_TRACEPOINT:
		return "bpf_program__attach_tracepoint";
	case ATTACH_KIND_UPROBE:
		return "bpf_program__attach_uprobe_opts";
	case ATTACH_KIND_CGROUP:
		return "bpf_program__attach_cgroup";
	default:
		return "bpf_program__attach";
	}
}

const char *attach_point__target(const struct attach_point *point)
{
	bool is_file = point->kind == ATTACH_KIND_UPROBE || point->kind == ATTACH_KIND_CGROUP;

	return is_file ? point->file : point->function;
}
