/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What is read of sockets and packets; a part of kernel.h, which is what to include. */
#ifndef WARDER_KERNEL_NETWORK_H
#define WARDER_KERNEL_NETWORK_H

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* Declared flat: the kernel keeps most of these in unnamed unions. */
struct sock_common {
	__u32 skc_daddr;
	__u32 skc_rcv_saddr;
	__u16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	unsigned char skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
	__u32 sk_mark;
	__u32 sk_priority;
};

struct socket {
	struct sock *sk;
};

struct msghdr {
	void *msg_name;
};

struct sk_buff {
	unsigned int len;
	__u16 protocol;
	__u16 transport_header;
	__u16 network_header;
	__u32 priority;
	__u32 hash;
	__u32 mark;
	unsigned char *head;
};

struct net_device {
	char name[16];
};

#pragma clang attribute pop

#endif
