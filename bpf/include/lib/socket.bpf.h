/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Ends of connections, from the objects that the kernel keeps them in. */
#ifndef WARDER_LIB_SOCKET_H
#define WARDER_LIB_SOCKET_H

#include "memory.bpf.h"
#include "../record.h"

#define ETHER_TYPE_IPV4 0x0800
#define ETHER_TYPE_IPV6 0x86dd
#define PROTOCOL_TCP	6
#define PROTOCOL_UDP	17
#define PROTOCOL_SCTP	132

static __always_inline void address__of_ipv4(__u8 *to, __u32 address)
{
	to[10] = 0xff;
	to[11] = 0xff;
	__builtin_memcpy(to + 12, &address, sizeof(address));
}

static __always_inline void detail__of_sock(struct socket_detail *detail, struct sock *sock)
{
	struct sock_common *common = &sock->__sk_common;

	detail->family = BPF_CORE_READ(common, skc_family);
	detail->state = BPF_CORE_READ(common, skc_state);
	detail->source_port = BPF_CORE_READ(common, skc_num);
	detail->destination_port = __builtin_bswap16(BPF_CORE_READ(common, skc_dport));
	detail->cookie = BPF_CORE_READ(common, skc_cookie.counter);
	detail->type = BPF_CORE_READ(sock, sk_type);
	detail->protocol = BPF_CORE_READ(sock, sk_protocol);
	detail->mark = BPF_CORE_READ(sock, sk_mark);
	detail->priority = BPF_CORE_READ(sock, sk_priority);
	if (detail->family == AF_INET) {
		address__of_ipv4(detail->source, BPF_CORE_READ(common, skc_rcv_saddr));
		address__of_ipv4(detail->destination, BPF_CORE_READ(common, skc_daddr));
	} else if (detail->family == AF_INET6) {
		BPF_CORE_READ_INTO(&detail->source, common, skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&detail->destination, common, skc_v6_daddr);
	}
}

/* What an IPv4 and an IPv6 header have where; options of IPv6 are not walked. */
struct ipv4_header {
	__u8 version_length;
	__u8 unused[8];
	__u8 protocol;
	__u16 checksum;
	__u32 source;
	__u32 destination;
};

struct ipv6_header {
	__u8 unused[6];
	__u8 next;
	__u8 hops;
	__u8 source[16];
	__u8 destination[16];
};

static __always_inline bool packet__has_ports(__u8 protocol)
{
	return protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;
}

static __always_inline void detail__of_ports(struct socket_detail *detail, const void *at)
{
	__u16 ports[2];

	if (!packet__has_ports(detail->protocol))
		return;
	if (bpf_probe_read_kernel(ports, sizeof(ports), at))
		return;
	detail->source_port = __builtin_bswap16(ports[0]);
	detail->destination_port = __builtin_bswap16(ports[1]);
}

static __always_inline void detail__of_ipv4(struct socket_detail *detail, const void *at)
{
	struct ipv4_header header;

	if (bpf_probe_read_kernel(&header, sizeof(header), at))
		return;
	detail->family = AF_INET;
	detail->protocol = header.protocol;
	address__of_ipv4(detail->source, header.source);
	address__of_ipv4(detail->destination, header.destination);
	detail__of_ports(detail, at + (header.version_length & 15) * 4);
}

static __always_inline void detail__of_ipv6(struct socket_detail *detail, const void *at)
{
	struct ipv6_header header;

	if (bpf_probe_read_kernel(&header, sizeof(header), at))
		return;
	detail->family = AF_INET6;
	detail->protocol = header.next;
	__builtin_memcpy(detail->source, header.source, sizeof(header.source));
	__builtin_memcpy(detail->destination, header.destination, sizeof(header.destination));
	detail__of_ports(detail, at + sizeof(header));
}

/* Of a packet whose network header the kernel has found. */
static __always_inline void detail__of_skb(struct socket_detail *detail, struct sk_buff *skb)
{
	const void *network = (void *)BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);

	__u8 version = 0;

	detail->ether_type = __builtin_bswap16(BPF_CORE_READ(skb, protocol));
	detail->length = BPF_CORE_READ(skb, len);
	detail->mark = BPF_CORE_READ(skb, mark);
	detail->hash = BPF_CORE_READ(skb, hash);
	detail->priority = BPF_CORE_READ(skb, priority);
	/* On its way out, a packet has its headers before it has its type. */
	if (detail->ether_type && detail->ether_type != ETHER_TYPE_IPV4 &&
	    detail->ether_type != ETHER_TYPE_IPV6)
		return;
	if (bpf_probe_read_kernel(&version, sizeof(version), network))
		return;
	if (version >> 4 == 4)
		detail__of_ipv4(detail, network);
	else if (version >> 4 == 6)
		detail__of_ipv6(detail, network);
}

/* struct sockaddr_in and sockaddr_in6, as user space has them. */
struct socket_address {
	__u16 family;
	__u16 port;
	__u32 ipv4; /* the flow of IPv6 */
	__u8 ipv6[16];
};

/* An error when the memory cannot be read. */
static __always_inline long detail__of_sockaddr(const struct scratch *scratch,
						struct socket_detail *detail, __u64 address)
{
	struct socket_address from = {};

	/* That of IPv4 has 16 bytes, and what follows may not be readable. */
	if (memory__read(scratch, &from, 16, address))
		return -1;
	detail->family = from.family;
	if (from.family == AF_INET) {
		detail->source_port = __builtin_bswap16(from.port);
		address__of_ipv4(detail->source, from.ipv4);
	} else if (from.family == AF_INET6) {
		detail->source_port = __builtin_bswap16(from.port);
		return memory__read(scratch, detail->source, sizeof(detail->source), address + 8);
	}
	return 0;
}

#endif
