// SPDX-License-Identifier: Apache-2.0
/* Calls everything that the matrix of hooks, types and operators is about, once each and with the
 * same values: matrix PART TEXT NUMBER. What would disturb one another is in parts of their own.
 * The part "calls" prints the errno of prctl and of sched_getscheduler, which comes last, and what
 * became of a variable that was 0; "threads" does the same twice in each of two threads. Linked
 * statically, so that nothing else opens, seeks or maps on its behalf.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "mark.h"

/* More than the file has, so that it stays what it is. */
#define FILE_SIZE (1 << 16)
/* Of the capability sets: two that root can do without from here on. */
#define CAPABILITIES 66

/* A socket of TCP that the caller of the program has and keeps, where there is one. */
#define SOCKET 3

#define FUNCTION __attribute__((noipa))

int matrix_number(uint64_t number);
int matrix_text(const char *text);
int matrix_bytes(const char *bytes, size_t size);
int matrix_pieces(const struct iovec *pieces, size_t count);
int matrix_unix(const struct sockaddr_un *address);
int matrix_address(const struct sockaddr_in *address);

FUNCTION int matrix_number(uint64_t number)
{
	__asm__ volatile("" : "+r"(number));
	return (int)number;
}

FUNCTION int matrix_text(const char *text)
{
	__asm__ volatile("" : "+r"(text));
	return text[0];
}

FUNCTION int matrix_bytes(const char *bytes, size_t size)
{
	__asm__ volatile("" : "+r"(bytes), "+r"(size));
	return bytes[0];
}

FUNCTION int matrix_pieces(const struct iovec *pieces, size_t count)
{
	__asm__ volatile("" : "+r"(pieces), "+r"(count));
	return !pieces[0].iov_base;
}

FUNCTION int matrix_unix(const struct sockaddr_un *address)
{
	__asm__ volatile("" : "+r"(address));
	return address->sun_family;
}

FUNCTION int matrix_address(const struct sockaddr_in *address)
{
	__asm__ volatile("" : "+r"(address));
	return address->sin_family;
}

/* The text in two. */
static void split(const char *text, struct iovec pieces[2])
{
	size_t half = strlen(text) / 2;

	pieces[0] = (struct iovec){(void *)text, half};
	pieces[1] = (struct iovec){(void *)(text + half), strlen(text) - half};
}

/* Fail or succeed: the arguments are what counts. */
static int run_calls(const char *text, uint64_t number)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	union bpf_attr attr = {};
	struct iovec pieces[2];
	size_t size = strlen(text);
	volatile int variable = 0;
	int unused = 0, prctl_error, fd = syscall(SYS_openat, AT_FDCWD, text, O_RDONLY);

	/* A number that is a descriptor, too. */
	dup2(fd, number);
	strncpy(address.sun_path, text, sizeof(address.sun_path) - 1);
	matrix_number(number);
	matrix_text(text);
	matrix_bytes(text, size);
	split(text, pieces);
	matrix_pieces(pieces, 2);
	matrix_unix(&address);
	MARK("mark", "0", "8@%0 8@%1", "r"(number), "r"(text));
	MARK("bytes", "0", "8@%0 8@%1", "r"(text), "r"(size));
	MARK("pieces", "0", "8@%0 8@%1", "r"(pieces), "r"(2UL) : "memory");
	MARK("variable", "0", "8@%0 -4@%1", "r"(number), "m"(variable) : "memory");
	MARK("unix", "0", "8@%0", "r"(&address) : "memory");
	syscall(SYS_lseek, fd, number, SEEK_SET);
	syscall(SYS_ioctl, fd, number, 0);
	syscall(SYS_pwrite64, fd, text, size, 0);
	syscall(SYS_pwritev, fd, pieces, 2, 0, 0);
	syscall(SYS_truncate, text, FILE_SIZE);
	rename(text, text);
	/* The flags are a size, and may say "remount": nothing is mounted there. */
	syscall(SYS_mount, text, text, "nofs", size, text);
	syscall(SYS_bind, socket(AF_UNIX, SOCK_STREAM, 0), &address, sizeof(address));
	getsockopt(SOCKET, IPPROTO_TCP, number, &unused, &(socklen_t){sizeof(unused)});
	setsockopt(SOCKET, IPPROTO_TCP, number, &unused, sizeof(unused));
	syscall(SYS_bpf, number, &attr, sizeof(attr));
	prctl_error = syscall(SYS_prctl, number, number, number, number, number) < 0 ? errno : 0;
	printf("%d %d %d\n", prctl_error, syscall(SYS_sched_getscheduler, 0) < 0 ? errno : 0,
	       variable);
	return 0;
}

struct calls {
	const char *text;
	uint64_t number;
};

static void *run_twice(void *data)
{
	const struct calls *calls = data;

	run_calls(calls->text, calls->number);
	run_calls(calls->text, calls->number);
	return NULL;
}

static int run_threads(struct calls calls)
{
	pthread_t thread;

	run_twice(&calls);
	if (pthread_create(&thread, NULL, run_twice, &calls))
		return 1;
	return pthread_join(thread, NULL);
}

/* Sets all three sets. */
static void set_capabilities(uint32_t set)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2] = {{set, set, set}, {0, 0, 0}};

	syscall(SYS_capset, &header, sets);
}

/* A filter that lets everything through is a program of the kernel, too. */
static int filter_and_rename(void)
{
	struct sock_filter code[] = {{.code = BPF_RET | BPF_K, .k = SECCOMP_RET_ALLOW}};
	struct sock_fprog filter = {.len = 1, .filter = code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		perror("filter");
	return prctl(PR_SET_NAME, "warder");
}

/* A program, a map and an event, which end with us. */
/* The text is an argument, and becomes the only one. */
static void take_command_line(const char *text)
{
	if (prctl(PR_SET_MM, PR_SET_MM_ARG_START, text, 0, 0) ||
	    prctl(PR_SET_MM, PR_SET_MM_ARG_END, text + strlen(text) + 1, 0, 0))
		perror("PR_SET_MM");
}

static int run_objects(const char *text)
{
	struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K},
				  {.code = BPF_JMP | BPF_EXIT}};
	union bpf_attr program = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
				  .insns = (unsigned long)code,
				  .insn_cnt = 2,
				  .license = (unsigned long)"GPL",
				  .prog_name = "matrix"};
	union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY,
			      .key_size = 4,
			      .value_size = 8,
			      .max_entries = 66,
			      .map_name = "matrix"};
	struct perf_event_attr event = {.type = PERF_TYPE_SOFTWARE,
					.size = sizeof(event),
					.config = PERF_COUNT_SW_CONTEXT_SWITCHES};
	pid_t child;

	if (syscall(SYS_bpf, BPF_PROG_LOAD, &program, sizeof(program)) < 0 ||
	    syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map)) < 0 ||
	    syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) < 0)
		perror("objects");
	take_command_line(text);
	getpgid(getpid());
	child = fork();
	if (!child)
		_exit(filter_and_rename());
	waitpid(child, 0, 0);
	return 0;
}

static int run_apart(const char *text)
{
	char bytes[16];
	struct iovec pieces[2];
	int fd = open(text, O_RDONLY);
	pid_t child;

	if (read(open("/dev/urandom", O_RDONLY), bytes, sizeof(bytes)) < 0 ||
	    write(open("/dev/kmsg", O_WRONLY), text, strlen(text)) < 0 || chroot("/"))
		perror("apart");
	split(text, pieces);
	if (writev(open("/dev/null", O_WRONLY), pieces, 2) < 0)
		perror("writev");
	/* The number of the signal is that of a descriptor, too. */
	dup2(fd, SIGURG);
	kill(getpid(), SIGURG);
	child = fork();
	if (!child) {
		execl(text, text, (char *)0);
		_exit(1);
	}
	waitpid(child, 0, 0);
	set_capabilities(CAPABILITIES);
	/* The descriptors of a child are in the struct itself; our own may be more. */
	child = fork();
	if (!child)
		_exit(prctl(PR_SET_NAME, "warder"));
	waitpid(child, 0, 0);
	return 0;
}

static struct sockaddr_in address_of(const char *host, int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

	inet_pton(AF_INET, host, &address.sin_addr);
	return address;
}

static int socket_at(int type, const struct sockaddr_in *address)
{
	int one = 1, fd = socket(AF_INET, type, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)address, sizeof(*address)))
		perror("bind");
	return fd;
}

/* Packets of the loopback are received by who sends them, unless the kernel's own thread for that
 * is about to run: it comes first when the sender has the lowest class.
 */
static void yield_to_kernel(void)
{
	struct sched_param none = {0};

	if (sched_setscheduler(0, SCHED_IDLE, &none))
		perror("sched_setscheduler");
}

/* One connection and one packet from one end to the other. */
static int run_sockets(const char *text, int source_port, int destination_port)
{
	struct sockaddr_in from = address_of("127.0.0.2", source_port);
	struct sockaddr_in to = address_of("127.0.0.3", destination_port);
	struct linger linger = {.l_onoff = 1};
	int listener = socket_at(SOCK_STREAM, &to);
	int client = socket_at(SOCK_STREAM, &from);

	yield_to_kernel();
	socket_at(SOCK_DGRAM, &to);
	if (listen(listener, 1) || connect(client, (struct sockaddr *)&to, sizeof(to)) ||
	    shutdown(client, SHUT_RDWR) ||
	    sendto(socket_at(SOCK_DGRAM, &from), text, strlen(text), 0, (struct sockaddr *)&to,
		   sizeof(to)) < 0) {
		perror("sockets");
		return 1;
	}
	matrix_address(&to);
	MARK("address", "0", "8@%0", "r"(&to) : "memory");
	/* Or the ports would stay taken for a minute. */
	setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(client);
	return 0;
}

static int run_module(const char *path)
{
	if (syscall(SYS_finit_module, open(path, O_RDONLY), "", 0) ||
	    syscall(SYS_delete_module, "dummy", 0)) {
		perror("module");
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *part = argc == 4 ? argv[1] : "";
	uint64_t number = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;

	if (!strcmp(part, "calls"))
		return run_calls(argv[2], number);
	if (!strcmp(part, "threads"))
		return run_threads((struct calls){argv[2], number});
	if (!strcmp(part, "apart"))
		return run_apart(argv[2]);
	if (!strcmp(part, "objects"))
		return run_objects(argv[2]);
	if (!strcmp(part, "low"))
		return run_sockets(argv[2], 601, 602);
	if (!strcmp(part, "high"))
		return run_sockets(argv[2], 60100, 60200);
	if (!strcmp(part, "module"))
		return run_module(argv[2]);
	return 2;
}
