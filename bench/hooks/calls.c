/* SPDX-License-Identifier: Apache-2.0 */
/* Makes openat(PATH, NUMBER) calls that fail at once: calls COUNT RATE PATH NUMBER, where RATE is
 * calls per second, 0 = as fast as it can. Says as JSON how many it made and how long they took.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Short enough that a burst fits any ring, long enough that looking at the clock costs nothing. */
#define CALLS_PER_LOOK 64

#define NO_DIRECTORY (-1)

static uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static void wait_until(uint64_t due)
{
	struct timespec time = {(time_t)(due / 1000000000ull), (long)(due % 1000000000ull)};

	if (due > now_ns())
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

int main(int count, char **arguments)
{
	uint64_t calls, rate, start, made = 0;
	const char *path;
	long number;

	if (count != 5)
		return 2;
	calls = strtoull(arguments[1], NULL, 10);
	rate = strtoull(arguments[2], NULL, 10);
	path = arguments[3];
	number = strtol(arguments[4], NULL, 10);
	start = now_ns();
	while (made < calls) {
		for (int i = 0; i < CALLS_PER_LOOK && made < calls; i++, made++)
			syscall(SYS_openat, NO_DIRECTORY, path, number);
		if (rate)
			wait_until(start + made * 1000000000ull / rate);
	}
	printf("{\"calls\":%llu,\"ns\":%llu}\n", (unsigned long long)made,
	       (unsigned long long)(now_ns() - start));
	return 0;
}
