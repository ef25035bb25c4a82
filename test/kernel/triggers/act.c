// SPDX-License-Identifier: Apache-2.0
/* Makes one system call with the arguments given, then says that it lived to tell. Prints the
 * errno of the call, or what an opened file begins with.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int report(long result)
{
	printf("%s\n", result < 0 ? strerrorname_np(errno) : "ok");
	return 0;
}

static int act_open(const char *path, const char *flags)
{
	char text[64] = "";
	int fd = syscall(SYS_openat, AT_FDCWD, path, (int)strtol(flags, NULL, 0), 0600);

	if (fd < 0)
		return report(fd);
	if (read(fd, text, sizeof(text) - 1) < 0)
		return report(-1);
	printf("%s\n", text);
	return 0;
}

static int act_seek(const char *offset)
{
	int fd = open("/dev/zero", O_RDONLY);

	/* The outcome does not matter: the value of the argument does. */
	syscall(SYS_lseek, fd, strtoull(offset, NULL, 0), SEEK_SET);
	return report(0);
}

/* Lets the test do something while the process is already there. */
static int act_wait_and_seek(const char *offset)
{
	char line[8];

	if (!fgets(line, sizeof(line), stdin))
		return 2;
	return act_seek(offset);
}

static void *seek_twice(void *offset)
{
	act_seek(offset);
	act_seek(offset);
	return NULL;
}

/* Twice in each of two threads. */
static int act_seek_in_threads(char *offset)
{
	pthread_t thread;

	seek_twice(offset);
	if (pthread_create(&thread, NULL, seek_twice, offset))
		return 2;
	return pthread_join(thread, NULL);
}

static int drop_capability(int capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2];

	if (syscall(SYS_capget, &header, sets))
		return -1;
	sets[capability / 32].effective &= ~(1U << capability % 32);
	return syscall(SYS_capset, &header, sets);
}

/* Leaves a namespace or drops a capability, then seeks twice; for every name given. */
static int act_change_and_seek(const char *offset, char **names)
{
	for (; *names; names++) {
		int result = -1;

		if (!strcmp(*names, "uts"))
			result = unshare(CLONE_NEWUTS);
		else if (!strcmp(*names, "ipc"))
			result = unshare(CLONE_NEWIPC);
		else if (!strcmp(*names, "sys_nice"))
			result = drop_capability(CAP_SYS_NICE);
		else if (!strcmp(*names, "mknod"))
			result = drop_capability(CAP_MKNOD);
		if (result) {
			perror(*names);
			return 2;
		}
		act_seek(offset);
		act_seek(offset);
	}
	return 0;
}

static int act_truncate(const char *path, const char *length)
{
	return report(syscall(SYS_truncate, path, strtoull(length, NULL, 0)));
}

/* Opens the path as a string that lies in memory nobody can read. */
static int act_open_bad_address(void)
{
	return report(syscall(SYS_openat, AT_FDCWD, (const char *)8, O_RDONLY, 0));
}

static int act_dup(void)
{
	return report(syscall(SYS_dup, 1));
}

/* The same call through the gate of 32-bit programs. */
static int act_dup_compat(void)
{
#if defined(__x86_64__)
	long result;

	asm volatile("int $0x80" : "=a"(result) : "a"(41), "b"(1) : "memory");
	return printf("%s\n", result < 0 ? "error" : "ok") < 0;
#else
	return 2;
#endif
}

int main(int argc, char **argv)
{
	const char *action = argc > 1 ? argv[1] : "";

	if (argc == 4 && !strcmp(action, "open"))
		return act_open(argv[2], argv[3]);
	if (argc == 3 && !strcmp(action, "seek"))
		return act_seek(argv[2]);
	if (argc == 3 && !strcmp(action, "wait-and-seek"))
		return act_wait_and_seek(argv[2]);
	if (argc == 3 && !strcmp(action, "seek-in-threads"))
		return act_seek_in_threads(argv[2]);
	if (argc >= 3 && !strcmp(action, "change-and-seek"))
		return act_change_and_seek(argv[2], argv + 3);
	if (argc == 4 && !strcmp(action, "truncate"))
		return act_truncate(argv[2], argv[3]);
	if (argc == 2 && !strcmp(action, "open-bad-address"))
		return act_open_bad_address();
	if (argc == 2 && !strcmp(action, "dup"))
		return act_dup();
	if (argc == 2 && !strcmp(action, "dup-compat"))
		return act_dup_compat();
	fprintf(stderr, "usage: act open PATH FLAGS | seek OFFSET | wait-and-seek OFFSET | "
			"change-and-seek OFFSET NAME... | truncate PATH LENGTH | "
			"open-bad-address | dup | dup-compat\n");
	return 2;
}
