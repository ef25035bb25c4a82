// SPDX-License-Identifier: Apache-2.0
/* A program with functions for probes to be put into: calls one with the argument given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "mark.h"

/* Raised by the kernel while somebody looks at the probe `counted`. */
__attribute__((used, section(".probes"))) volatile unsigned short counted_semaphore;

/* The same probe twice: once with its arguments in registers, once in memory and as a constant. */
__attribute__((noinline)) static long marked(int number, const char *text)
{
	volatile int copy = number;

	if (number < 100)
		MARK("mark", "0", "-4@%0 8@%1", "r"(number), "r"(text));
	else
		MARK("mark", "0", "-4@%0 8@%1 8@%2", "m"(copy), "r"(text), "n"(77));
	if (counted_semaphore)
		MARK("counted", "counted_semaphore", "2@%0", "r"(number));
	return counted_semaphore;
}

#if defined(__x86_64__)
#define AT(register) "(" register ")"
#else
#define AT(register) "[" register "]"
#endif

static const int constant = 7;

/* A probe with what can be overwritten, and with what cannot. */
__attribute__((noinline)) static long kept(int number)
{
	volatile int variable = number;
	volatile long wide = number;

	MARK("variable", "0", "-4@%0 -4@%1 -4@" AT("%2") " 8@%3", "r"(number), "m"(variable),
	     "r"(&constant), "m"(wide)
	     : "memory");
	return variable;
}

__attribute__((noinline)) long probed_number(int first, long second)
{
	__asm__ volatile("" : "+r"(first), "+r"(second));
	return first + second;
}

__attribute__((noinline)) long probed_text(const char *text)
{
	__asm__ volatile("" : "+r"(text));
	return text[0];
}

/* Calls whose names a stack must have. The last one makes the system call itself: the function of
 * the library would not keep a frame pointer.
 */
__attribute__((noinline)) long chain_inner(long offset)
{
	long result;

	/* The compiler would leave the frame out: there is no call in here. */
	__asm__ volatile("" : : "r"(__builtin_frame_address(0)));
#if defined(__x86_64__)
	register long call __asm__("rax") = 8;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "r"(call), "D"(-1L), "S"(offset), "d"(0L)
			 : "rcx", "r11", "memory");
#else
	register long call __asm__("x8") = 62;
	register long fd __asm__("x0") = -1;
	register long at __asm__("x1") = offset;
	register long whence __asm__("x2") = 0;
	__asm__ volatile("svc 0" : "+r"(fd) : "r"(call), "r"(at), "r"(whence) : "memory");
	result = fd;
#endif
	return result;
}

/* What follows the call keeps it from becoming a jump, which would leave no frame. */
__attribute__((noinline)) long chain_middle(long offset)
{
	long result = chain_inner(offset);

	__asm__ volatile("" : "+r"(result));
	return result + 1;
}

__attribute__((noinline)) long chain_outer(long offset)
{
	long result = chain_middle(offset);

	__asm__ volatile("" : "+r"(result));
	return result + 1;
}

int main(int argc, char **argv)
{
	long result = 0;

	if (argc == 3 && !strcmp(argv[1], "number"))
		result = probed_number((int)strtol(argv[2], NULL, 0), 1);
	else if (argc == 3 && !strcmp(argv[1], "text"))
		result = probed_text(argv[2]);
	else if (argc == 4 && !strcmp(argv[1], "mark"))
		result = marked((int)strtol(argv[2], NULL, 0), argv[3]);
	else if (argc == 3 && !strcmp(argv[1], "variable"))
		result = kept((int)strtol(argv[2], NULL, 0));
	else if (argc == 3 && !strcmp(argv[1], "chain")) {
		result = chain_outer(strtol(argv[2], NULL, 0));
		getchar(); /* Until the stack was looked at. */
	} else {
		return 2;
	}
	printf("%ld\n", result);
	return 0;
}
