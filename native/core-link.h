/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the core share about links; callers of the core include core.h only. */
#ifndef WARDER_CORE_LINK_H
#define WARDER_CORE_LINK_H

struct attach_point;
struct bpf_link;
struct bpf_program;
struct failure;
struct link;

/* Takes ownership of the libbpf link, also on failure. */
struct link *link__of(struct bpf_link *link, struct failure *failure);

/* NULL and errno on failure. */
struct bpf_link *attach_point__attach(struct bpf_program *program,
				      const struct attach_point *point);
/* For messages: the library call, and what was attached to; NULL: what the section says. */
const char *attach_point__call(const struct attach_point *point);
const char *attach_point__target(const struct attach_point *point);

#endif
