/* SPDX-License-Identifier: Apache-2.0 */
/* Makes getppid(path, phase) calls: generator <calls per second, 0 = flood> <milliseconds>.
 * Starts when a line comes in, says how it went as JSON.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "record.h"

#define PATHS	       512
#define WARM_UP_CALLS  300000
#define CALLS_PER_LOOK 256

static char paths[PATHS][PATH_SIZE];

/* Like file accesses: most go to few paths, one in a hundred is not ASCII. */
static void paths__fill(void)
{
	int index;

	for (index = 0; index < PATHS; index++)
		snprintf(paths[index], PATH_SIZE, "/var/lib/%s%.*s/%03d/data.bin",
			 index % 100 ? "service" : "gro\xc3\x9f", 1 + index % 40,
			 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", index);
}

static const char *paths__pick(uint64_t number)
{
	uint64_t mixed = number * 0x9e3779b97f4a7c15ull >> 40;

	return paths[mixed % 4 ? mixed / 4 % 32 : mixed / 4 % PATHS];
}

static uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

/* Waits until the call of that number is due; flood is always due. */
static void pace(uint64_t start, uint64_t number, uint64_t rate)
{
	uint64_t due = rate ? start + number * 1000000000ull / rate : 0;
	struct timespec time = {(time_t)(due / 1000000000ull), (long)(due % 1000000000ull)};

	if (due > now_ns())
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static uint64_t run(enum phase phase, uint64_t rate, uint64_t calls, uint64_t duration_ns)
{
	uint64_t start = now_ns();
	uint64_t number = 0;

	for (;;) {
		uint64_t stop = number + CALLS_PER_LOOK;

		for (; number < stop; number++)
			syscall(SYS_getppid, paths__pick(number), phase);
		if (calls ? number >= calls : now_ns() - start >= duration_ns)
			return number;
		pace(start, number, rate);
	}
}

int main(int count, char **arguments)
{
	uint64_t rate = count > 1 ? strtoull(arguments[1], NULL, 10) : 0;
	uint64_t duration_ns = (count > 2 ? strtoull(arguments[2], NULL, 10) : 1000) * 1000000ull;
	uint64_t calls;
	uint64_t start;
	double seconds;
	int repeat;

	paths__fill();
	if (getchar() == EOF)
		return 1;
	run(PHASE_WARM_UP, rate, rate ? rate / 2 : WARM_UP_CALLS, 0);
	usleep(50000);
	start = now_ns();
	calls = run(PHASE_MEASURED, rate, 0, duration_ns);
	seconds = (double)(now_ns() - start) / 1e9;
	printf("{\"records\":%llu,\"seconds\":%.6f}\n", (unsigned long long)calls, seconds);
	fflush(stdout);
	/* Repeated until the bench ends this process: a starved reader leaves the ring full. */
	for (repeat = 0; repeat < 15000; repeat++) {
		usleep(2000);
		syscall(SYS_getppid, paths[0], PHASE_END);
	}
	return 0;
}
