// SPDX-License-Identifier: Apache-2.0
/* A program with functions for probes to be put into: calls one with the argument given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(int argc, char **argv)
{
	long result = 0;

	if (argc == 3 && !strcmp(argv[1], "number"))
		result = probed_number((int)strtol(argv[2], NULL, 0), 1);
	else if (argc == 3 && !strcmp(argv[1], "text"))
		result = probed_text(argv[2]);
	else
		return 2;
	printf("%ld\n", result);
	return 0;
}
