/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the core share about links; callers of the core include core.h only. */
#ifndef WARDER_CORE_LINK_H
#define WARDER_CORE_LINK_H

struct bpf_link;
struct failure;
struct link;

/* Takes ownership of the libbpf link, also on failure. */
struct link *link__of(struct bpf_link *link, struct failure *failure);

#endif
