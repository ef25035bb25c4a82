/* SPDX-License-Identifier: Apache-2.0 */
/* Structs of a program, compiled into the program and, as BTF, into a file beside it. Without
 * headers of the system, which do not compile for BPF everywhere.
 */
#ifndef WARDER_TRIGGERS_TYPED_H
#define WARDER_TRIGGERS_TYPED_H

struct sockaddr {
	unsigned short sa_family;
	char sa_data[14];
};

struct iovec {
	void *iov_base;
	unsigned long iov_len;
};

struct place {
	short zone;
	unsigned int street;
};

struct customer {
	const char *name;
	char nick[16];
	struct place home;
	struct customer *friend;
};

typedef struct {
	signed char level;
	unsigned char flags;
	short depth;
	unsigned short port;
	int balance;
	unsigned int weight;
	long long offset;
	unsigned long size;
	int log;
	struct sockaddr peer;
} order_details;

struct order {
	int number;
	struct place to;
	union {
		long amount;
		double rate;
	};
	struct customer *customer;
	struct customer *others[2];
	struct place stops[3];
	order_details details;
	void *body;
	struct iovec *pieces;
	unsigned int urgent : 1;
};

#endif
