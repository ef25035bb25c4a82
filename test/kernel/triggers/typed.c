// SPDX-License-Identifier: Apache-2.0
/* A program that passes structs to functions and to a probe of its own:
 * typed NUMBER NAME [ADDRESS], where the address takes the place of the customer.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "mark.h"
#include "typed.h"

/* `size`: of the body; `count`: of the pieces. */
__attribute__((noinline)) struct order *take_order(struct order *order, unsigned long size,
						   unsigned long count)
{
	__asm__ volatile("" : "+r"(order), "+r"(size), "+r"(count));
	return order;
}

__attribute__((noinline)) static void mark_order(struct order *order, unsigned long size,
						 unsigned long count)
{
	MARK("order", "0", "8@%0 8@%1 8@%2", "r"(order), "r"(size), "r"(count));
}

/* Overwrites what it is given, for a probe that looks at the return. */
__attribute__((noinline)) long close_order(struct order *order)
{
	__asm__ volatile("" : "+r"(order));
	order->number += 1000;
	return order->number;
}

int main(int argc, char **argv)
{
	struct customer friend = {.name = argv[0], .home = {.zone = -2, .street = 7}};
	struct customer customer = {.home = {.zone = -1, .street = 5}, .friend = &friend};
	char body[32] = "body of ";
	struct iovec pieces[2];
	struct order order = {.others = {NULL, &friend}, .customer = &customer};

	if (argc < 3)
		return 2;
	customer.name = argv[2];
	snprintf(customer.nick, sizeof(customer.nick), "%s", argv[2]);
	snprintf(body, sizeof(body), "body of %s", argv[2]);
	if (argc > 3)
		order.customer = (struct customer *)strtoul(argv[3], NULL, 0);
	order.number = (int)strtol(argv[1], NULL, 0);
	order.amount = -order.number;
	order.to.street = (unsigned int)order.number;
	order.stops[2].zone = (short)order.number;
	order.details = (order_details){
	    .level = (signed char)-order.number,
	    .flags = (unsigned char)order.number,
	    .depth = (short)-order.number,
	    .port = (unsigned short)order.number,
	    .balance = -order.number,
	    .weight = (unsigned int)order.number,
	    .offset = -order.number,
	    .size = (unsigned long)order.number,
	    .log = open("/dev/null", O_WRONLY),
	    /* 127.0.0.1, port 80 */
	    .peer = {.sa_family = 2, .sa_data = {0, 80, 127, 0, 0, 1}},
	};
	order.body = body;
	order.pieces = pieces;
	pieces[0] = (struct iovec){body, 5};
	pieces[1] = (struct iovec){body + 5, strlen(body) - 5};
	take_order(&order, strlen(body), 2);
	mark_order(&order, strlen(body), 2);
	printf("%ld\n", close_order(&order));
	return 0;
}
