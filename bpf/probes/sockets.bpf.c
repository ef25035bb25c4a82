// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* The end of sockets that are tracked. Loaded while some policy tracks sockets. */
#include "../include/kernel.h"
#include "../include/lib/config.bpf.h"
#include "../include/lib/scratch.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline void socket__end(__u64 address)
{
	bpf_map_delete_elem(&sockets, &address);
}

/* Hook: inet_sock_destruct, before the memory of a socket is given back. Kernel >= 6.1 (arm64:
 * 6.4). Every socket of IPv4 and IPv6 comes by here, and through a pointer, so that no compiler
 * makes it a part of its caller.
 */
SEC("fentry/inet_sock_destruct")
int socket_end(__u64 *ctx)
{
	socket__end(ctx[0]);
	return 0;
}

/* Hook: the same where there are no trampolines. Kernel >= 6.1. May miss a socket that ends in an
 * interrupt of another program.
 */
SEC("kprobe/inet_sock_destruct")
int socket_end_probe(struct pt_regs *ctx)
{
	socket__end(PT_REGS_PARM1(ctx));
	return 0;
}
