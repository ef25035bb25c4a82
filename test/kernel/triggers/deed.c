// SPDX-License-Identifier: Apache-2.0
/* Does what example policies and rules look for: deed NAME ARGUMENT... makes a system call with
 * numbers and texts; deed connect|send|listen|datagram ADDRESS PORT uses a socket; other verbs do
 * what takes more than one call. What comes of it does not matter.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define ARGUMENTS_MAX 6

/* clang-format off */
static const struct {
	const char *name;
	long number;
} calls[] = {
	{"add_key", SYS_add_key},
	{"bpf", SYS_bpf},
	{"capget", SYS_capget},
	{"capset", SYS_capset},
	{"clock_settime", SYS_clock_settime},
	{"clone", SYS_clone},
	{"delete_module", SYS_delete_module},
	{"finit_module", SYS_finit_module},
	{"getpid", SYS_getpid},
	{"io_uring_setup", SYS_io_uring_setup},
	{"kcmp", SYS_kcmp},
	{"kexec_load", SYS_kexec_load},
	{"keyctl", SYS_keyctl},
	{"memfd_create", SYS_memfd_create},
	{"mount", SYS_mount},
	{"mprotect", SYS_mprotect},
	{"open_by_handle_at", SYS_open_by_handle_at},
	{"perf_event_open", SYS_perf_event_open},
	{"personality", SYS_personality},
	{"pidfd_getfd", SYS_pidfd_getfd},
	{"prctl", SYS_prctl},
	{"process_vm_readv", SYS_process_vm_readv},
	{"process_vm_writev", SYS_process_vm_writev},
	{"ptrace", SYS_ptrace},
	{"reboot", SYS_reboot},
	{"setns", SYS_setns},
	{"setuid", SYS_setuid},
	{"socket", SYS_socket},
	{"swapon", SYS_swapon},
	{"unshare", SYS_unshare},
	{"userfaultfd", SYS_userfaultfd},
};
/* clang-format on */

/* Numbers begin with a digit or a minus; everything else is text. */
static long argument(char *text)
{
	if (isdigit((unsigned char)text[0]) || text[0] == '-')
		return (long)strtoull(text, NULL, 0);
	return (long)text;
}

static int make_call(long number, char **texts)
{
	long a[ARGUMENTS_MAX] = {0};

	for (int i = 0; i < ARGUMENTS_MAX && texts[i]; i++)
		a[i] = argument(texts[i]);
	if (syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]) < 0)
		perror("deed");
	return 0;
}

/* Never waits: that the attempt was made is all. */
static int use_socket(const char *verb, const char *address, int port)
{
	int type = strcmp(verb, "send") ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};

	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return 2;
	if (strcmp(verb, "listen")) {
		connect(fd, (struct sockaddr *)&to, sizeof(to));
		return 0;
	}
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) || listen(fd, 1))
		perror("deed");
	return 0;
}

static int send_datagram(const char *address, int port, const void *bytes, size_t size)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return -1;
	if (sendto(fd, bytes, size, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		perror("deed");
	return fd;
}

/* Asks a name server for the address of a name of two labels, and waits for the answer. */
static int ask_name(const char *server, const char *first, const char *second)
{
	unsigned char bytes[512] = {0x12, 0x34, 1, 0, 0, 1};
	struct timeval patience = {.tv_sec = 10};
	size_t at = 12;
	int fd;

	bytes[at++] = strlen(first);
	memcpy(bytes + at, first, strlen(first));
	at += strlen(first);
	bytes[at++] = strlen(second);
	memcpy(bytes + at, second, strlen(second));
	at += strlen(second);
	memcpy(bytes + at, "\0\0\1\0\1", 5);
	fd = send_datagram(server, 53, bytes, at + 5);
	if (fd < 0)
		return 2;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return recv(fd, bytes, sizeof(bytes), 0) < 0;
}

/* Mounts a copy of a directory elsewhere, by the newer calls. */
static int move_mount_of(const char *from, const char *to)
{
	int fd = syscall(SYS_open_tree, AT_FDCWD, from, 1 /* OPEN_TREE_CLONE */);

	/* 4: MOVE_MOUNT_F_EMPTY_PATH. */
	if (fd < 0 || syscall(SYS_move_mount, fd, "", AT_FDCWD, to, 4))
		perror("deed");
	return 0;
}

static int enter_namespace(const char *path)
{
	if (setns(open(path, O_RDONLY), 0))
		perror("deed");
	return 0;
}

static int set_up_ring(void)
{
	char params[256] = {0};

	if (syscall(SYS_io_uring_setup, 1, params) < 0)
		perror("deed");
	return 0;
}

static int make_map(const char *name)
{
	/* Type, sizes of key and value, entries, flags, inner map, node; then the name. */
	unsigned int attr[32] = {2, 4, 4, 1};

	strncpy((char *)&attr[7], name, 15);
	if (syscall(SYS_bpf, 0, attr, sizeof(attr)) < 0)
		perror("deed");
	return 0;
}

static int connect_unix(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
	connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&to,
		offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "raise"))
		return raise(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "connect-unix"))
		return connect_unix(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "enter"))
		return enter_namespace(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "ring"))
		return set_up_ring();
	if (argc == 3 && !strcmp(argv[1], "map"))
		return make_map(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "move-mount"))
		return move_mount_of(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "datagram"))
		return send_datagram(argv[2], atoi(argv[3]), "x", 1) < 0;
	if (argc == 5 && !strcmp(argv[1], "ask"))
		return ask_name(argv[2], argv[3], argv[4]);
	if (argc == 4 &&
	    (!strcmp(argv[1], "connect") || !strcmp(argv[1], "send") || !strcmp(argv[1], "listen")))
		return use_socket(argv[1], argv[2], atoi(argv[3]));
	for (size_t i = 0; argc > 1 && i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(argv[1], calls[i].name))
			return make_call(calls[i].number, argv + 2);
	fprintf(stderr, "deed: what is %s?\n", argc > 1 ? argv[1] : "nothing");
	return 2;
}
