/* SPDX-License-Identifier: Apache-2.0 */
/* What processes can do that a shell cannot be made to: trigger NAME [ARGUMENT...]. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8

extern char **environ;

static void fail(const char *what)
{
	perror(what);
	exit(100);
}

static void *do_nothing(void *unused)
{
	return unused;
}

/* Threads that come and go, then the process. */
static int run_threads(char **arguments)
{
	pthread_t threads[THREADS];

	(void)arguments;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, do_nothing, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static pthread_barrier_t barrier;

static void *leave_together(void *unused)
{
	pthread_barrier_wait(&barrier);
	return unused;
}

/* All threads leave at once, the leader among them and not last by design. */
static int run_exit_race(char **arguments)
{
	pthread_t thread;

	(void)arguments;
	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, leave_together, NULL);
	pthread_barrier_wait(&barrier);
	pthread_exit(NULL);
}

/* posix_spawn is a vfork: the child shares the memory until it calls exec. */
static int run_spawn(char **arguments)
{
	pid_t pid;
	int status;

	if (posix_spawn(&pid, arguments[0], NULL, NULL, arguments, environ))
		fail("posix_spawn");
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void *exec_here(void *arguments)
{
	char **argv = arguments;

	execv(argv[0], argv);
	fail("execv");
	return NULL;
}

/* exec from a thread that is not the leader, which takes over the leader's pid. */
static int run_thread_exec(char **arguments)
{
	pthread_t thread;

	pthread_create(&thread, NULL, exec_here, arguments);
	pthread_join(thread, NULL);
	return 100;
}

static int run_exec(char **arguments)
{
	execv(arguments[0], arguments);
	fail("execv");
	return 100;
}

static int open_program(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(path);
	return fd;
}

/* A program that was never a file. */
static int run_memfd(char **arguments)
{
	int from = open_program(arguments[0]);
	int to = memfd_create("payload", MFD_CLOEXEC);
	struct stat stat;

	if (to < 0 || fstat(from, &stat))
		fail("memfd_create");
	if (sendfile(to, from, NULL, stat.st_size) != stat.st_size)
		fail("sendfile");
	fexecve(to, arguments, environ);
	fail("fexecve");
	return 100;
}

/* A program whose file is gone before it starts. */
static int run_deleted(char **arguments)
{
	int fd = open_program(arguments[0]);

	if (unlink(arguments[0]))
		fail("unlink");
	fexecve(fd, arguments, environ);
	fail("fexecve");
	return 100;
}

/* arguments: directory, program inside it, its arguments. */
static int run_chroot(char **arguments)
{
	if (chroot(arguments[0]) || chdir("/"))
		fail("chroot");
	execv(arguments[1], arguments + 1);
	fail("execv");
	return 100;
}

/* arguments: file, and how: read, exec, or exec-later, when it was mapped to be read. */
static int run_map(char **arguments)
{
	int fd = open_program(arguments[0]);
	int rights = PROT_READ | (strcmp(arguments[1], "exec") ? 0 : PROT_EXEC);
	void *start = mmap(NULL, 4096, rights, MAP_PRIVATE, fd, 0);

	if (start == MAP_FAILED)
		fail("mmap");
	if (!strcmp(arguments[1], "exec-later") && mprotect(start, 4096, PROT_READ | PROT_EXEC))
		fail("mprotect");
	return 0;
}

/* clang-format off */
static const struct {
	const char *name;
	int (*run)(char **arguments);
	int arguments;
} triggers[] = {
	{"threads", run_threads, 0},
	{"exit-race", run_exit_race, 0},
	{"spawn", run_spawn, 1},
	{"thread-exec", run_thread_exec, 1},
	{"exec", run_exec, 1},
	{"memfd", run_memfd, 1},
	{"deleted", run_deleted, 1},
	{"chroot", run_chroot, 2},
	{"map", run_map, 2},
};
/* clang-format on */

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	for (size_t i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		if (!strcmp(argv[1], triggers[i].name) && argc >= 2 + triggers[i].arguments)
			return triggers[i].run(argv + 2);
	return 2;
}
