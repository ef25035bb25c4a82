/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a program COUNT times, one after the other, as fast as the kernel can: storm COUNT PATH.
 * Prints how many were started and ended well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int run_once(char *path)
{
	char *arguments[] = {path, NULL};
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execv(path, arguments);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 0;
	return status == 0;
}

int main(int argc, char **argv)
{
	long count, done = 0;

	if (argc != 3)
		return 2;
	count = atol(argv[1]);
	for (long i = 0; i < count; i++)
		done += run_once(argv[2]);
	printf("{\"started\":%ld}\n", done);
	return done == count ? 0 : 1;
}
