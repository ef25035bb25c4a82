/* SPDX-License-Identifier: Apache-2.0 */
/* Ways of attaching a program that its section does not say everything about. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
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

struct bpf_link *attach_point__attach(struct bpf_program *program, const struct attach_point *point)
{
	switch (point->kind) {
	case ATTACH_KIND_KPROBE:
		return bpf_program__attach_kprobe(program, point->is_return, point->function);
	case ATTACH_KIND_TRACEPOINT:
		return bpf_program__attach_tracepoint(program, point->category, point->function);
	case ATTACH_KIND_UPROBE:
		return attach_uprobe(program, point);
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
	default:
		return "bpf_program__attach";
	}
}

const char *attach_point__target(const struct attach_point *point)
{
	return point->kind == ATTACH_KIND_UPROBE ? point->file : point->function;
}
