// SPDX-License-Identifier: Apache-2.0
/* Calls everything that the matrix of hooks, types and operators is about, once each and with the
 * same text and number: matrix TEXT NUMBER. Prints the errno of prctl. Linked statically, so that
 * nothing else opens, seeks or maps on its behalf.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "mark.h"

int matrix_number(uint64_t number);
int matrix_text(const char *text);

__attribute__((noipa)) int matrix_number(uint64_t number)
{
	__asm__ volatile("" : "+r"(number));
	return (int)number;
}

__attribute__((noipa)) int matrix_text(const char *text)
{
	__asm__ volatile("" : "+r"(text));
	return text[0];
}

int main(int argc, char **argv)
{
	uint64_t number;
	int fd, error;

	if (argc != 3)
		return 2;
	number = strtoull(argv[2], NULL, 10);
	matrix_number(number);
	matrix_text(argv[1]);
	MARK("mark", "0", "8@%0 8@%1", "r"(number), "r"(argv[1]));
	/* Fail or succeed: the arguments are what counts. */
	fd = syscall(SYS_openat, AT_FDCWD, argv[1], O_RDONLY);
	syscall(SYS_lseek, fd, number, SEEK_SET);
	syscall(SYS_truncate, argv[1], 0);
	syscall(SYS_mount, argv[1], "/", "nofs", 0, NULL);
	error = syscall(SYS_prctl, number, number, number, number, number) < 0 ? errno : 0;
	printf("%d\n", error);
	return 0;
}
