// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* What is asked of name servers, and what they answer: datagrams of port 53. Loaded while some rule
 * is about names. On the wire, so that it is seen whatever call sent it.
 */
#include "../include/kernel.h"
#include "../include/lib/process.bpf.h"
#include "../include/lib/socket.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define DNS_PORT 53

/* Of IPv4: the packet is a part of a datagram, and not its first. */
#define FRAGMENT_OFFSET_MASK 0x1fff

/* Lets the packet pass. */
#define PASS 1

/* Who sent something through a socket to a name server. */
struct dns_asker {
	__u64 start_ns;
	__u64 cgroup_id;
	__u32 tgid;
	__u32 tid;
};

/* Cookie of the socket -> who used it last. The oldest are forgotten. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, DNS_SOCKETS_MAX);
	__type(key, __u64);
	__type(value, struct dns_asker);
} askers SEC(".maps");

struct udp_header {
	__u16 source;
	__u16 destination;
	__u16 length;
	__u16 checksum;
};

/* Where things are in a packet. */
struct datagram {
	struct udp_header udp;
	__u32 message; /* offset of what the datagram carries */
	__u16 family;
};

/* Finds the ports; false for what is no whole datagram. Options of IPv6 are not walked. */
static __always_inline bool datagram__find(struct __sk_buff *skb, struct datagram *datagram)
{
	struct ipv4_header ipv4;
	__u8 next;
	__u16 fragment;
	__u32 at;

	if (bpf_skb_load_bytes(skb, 0, &ipv4, sizeof(ipv4)))
		return false;
	if (ipv4.version_length >> 4 == 4) {
		if (ipv4.protocol != PROTOCOL_UDP)
			return false;
		/* version_length, then 8 bytes of which the fragment is at 5. */
		__builtin_memcpy(&fragment, &ipv4.unused[5], sizeof(fragment));
		if (__builtin_bswap16(fragment) & FRAGMENT_OFFSET_MASK)
			return false;
		datagram->family = AF_INET;
		at = (ipv4.version_length & 15) * 4;
	} else {
		if (ipv4.version_length >> 4 != 6)
			return false;
		if (bpf_skb_load_bytes(skb, __builtin_offsetof(struct ipv6_header, next), &next,
				       sizeof(next)) ||
		    next != PROTOCOL_UDP)
			return false;
		datagram->family = AF_INET6;
		at = sizeof(struct ipv6_header);
	}
	if (bpf_skb_load_bytes(skb, at, &datagram->udp, sizeof(datagram->udp)))
		return false;
	datagram->message = at + sizeof(datagram->udp);
	return true;
}

static __always_inline void dns__read_addresses(struct __sk_buff *skb, struct dns_record *record,
						bool is_query)
{
	struct ipv6_header ipv6;
	struct ipv4_header ipv4;

	__builtin_memset(record->local, 0, sizeof(record->local));
	__builtin_memset(record->remote, 0, sizeof(record->remote));
	if (record->family == AF_INET) {
		if (bpf_skb_load_bytes(skb, 0, &ipv4, sizeof(ipv4)))
			return;
		address__of_ipv4(record->local, is_query ? ipv4.source : ipv4.destination);
		address__of_ipv4(record->remote, is_query ? ipv4.destination : ipv4.source);
		return;
	}
	if (bpf_skb_load_bytes(skb, 0, &ipv6, sizeof(ipv6)))
		return;
	__builtin_memcpy(record->local, is_query ? ipv6.source : ipv6.destination, 16);
	__builtin_memcpy(record->remote, is_query ? ipv6.destination : ipv6.source, 16);
}

/* False when there is nothing in the datagram. */
static __always_inline bool dns__read_message(struct __sk_buff *skb, struct scratch *scratch,
					      __u32 at)
{
	struct dns_record *record = &scratch->dns;
	__u32 size = skb->len;

	if (size <= at)
		return false;
	size -= at;
	record->size = size;
	if (size > DNS_MESSAGE_MAX)
		size = DNS_MESSAGE_MAX;
	/* Linux 6.1 takes no bound from a comparison with 0, and clang joins two into one. */
	size -= 1;
	barrier_var(size);
	if (size >= DNS_MESSAGE_MAX)
		return false;
	size += 1;
	if (bpf_skb_load_bytes(skb, at, scratch->record + sizeof(*record), size))
		return false;
	record->message.offset = sizeof(*record);
	record->message.length = size;
	scratch->length = sizeof(*record) + size;
	return true;
}

static __always_inline void dns__name(struct dns_record *record, const struct dns_asker *asker)
{
	record->header.kind = RECORD_KIND_DNS;
	record->header.flags = 0;
	record->header.time_ns = bpf_ktime_get_boot_ns();
	record->header.start_ns = asker->start_ns;
	record->header.tgid = asker->tgid;
	record->header.tid = asker->tid;
	record->cgroup_id = asker->cgroup_id;
}

static __always_inline void dns__report(struct __sk_buff *skb, const struct datagram *datagram,
					const struct dns_asker *asker, bool is_query)
{
	const struct udp_header *udp = &datagram->udp;
	struct scratch *scratch = scratch__claim();
	struct dns_record *record;

	if (!scratch) {
		loss__count(LOSS_REASON_SCRATCH_BUSY, RECORD_KIND_DNS, 0);
		return;
	}
	record = &scratch->dns;
	dns__name(record, asker);
	record->family = datagram->family;
	record->direction = is_query ? DNS_DIRECTION_QUERY : DNS_DIRECTION_ANSWER;
	record->local_port = __builtin_bswap16(is_query ? udp->source : udp->destination);
	record->remote_port = __builtin_bswap16(is_query ? udp->destination : udp->source);
	dns__read_addresses(skb, record, is_query);
	if (dns__read_message(skb, scratch, datagram->message))
		record__emit(scratch, 0);
	scratch__release(scratch);
}

/* Hook: packets that leave, in the thread that sends them. Kernel >= 6.1. */
SEC("cgroup_skb/egress")
int dns_query(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct dns_asker asker = {};
	struct datagram datagram;
	__u64 cookie;

	if (!datagram__find(skb, &datagram) ||
	    datagram.udp.destination != __builtin_bswap16(DNS_PORT))
		return PASS;
	cookie = bpf_get_socket_cookie(skb);
	asker.start_ns = process__start(task->group_leader);
	asker.tgid = task->tgid;
	asker.tid = task->pid;
	asker.cgroup_id = task__cgroup_id(task);
	bpf_map_update_elem(&askers, &cookie, &asker, BPF_ANY);
	dns__report(skb, &datagram, &asker, true);
	return PASS;
}

/* Hook: packets that arrive at a socket, in whatever thread the interrupt met. Kernel >= 6.1. */
SEC("cgroup_skb/ingress")
int dns_answer(struct __sk_buff *skb)
{
	struct datagram datagram;
	struct dns_asker *asker;
	__u64 cookie;

	if (!datagram__find(skb, &datagram) || datagram.udp.source != __builtin_bswap16(DNS_PORT))
		return PASS;
	cookie = bpf_get_socket_cookie(skb);
	asker = bpf_map_lookup_elem(&askers, &cookie);
	/* Nobody who was seen to ask: not even what it says can be believed. */
	if (asker)
		dns__report(skb, &datagram, asker, false);
	return PASS;
}
