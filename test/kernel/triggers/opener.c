/* SPDX-License-Identifier: Apache-2.0 */
/* Tries to open a file over and over: opener PATH COUNT [fork]. Goes on until it has tried COUNT
 * times and its standard input was closed. With `fork`, each try is made by a process of its own,
 * which a policy may kill. Prints how often it tried and how often a process lived to see the file
 * opened.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Tries between two looks at the standard input. */
#define BATCH 64

static bool try_here(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool try_in_child(const char *path)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(try_here(path) ? 0 : 1);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		exit(100);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A pipe says so by itself, a socket by a read of nothing. */
static bool input__is_closed(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char byte;

	if (poll(&input, 1, 0) <= 0)
		return false;
	return (input.revents & POLLHUP) || read(STDIN_FILENO, &byte, 1) == 0;
}

int main(int argc, char **argv)
{
	bool forks = argc == 4 && !strcmp(argv[3], "fork");
	long count, tried = 0, opened = 0;

	if (argc < 3)
		return 2;
	count = atol(argv[2]);
	while (tried < count || !input__is_closed()) {
		for (int i = 0; i < BATCH; i++)
			opened += forks ? try_in_child(argv[1]) : try_here(argv[1]);
		tried += BATCH;
	}
	printf("{\"tried\":%ld,\"opened\":%ld}\n", tried, opened);
	return 0;
}
