// SPDX-License-Identifier: Apache-2.0
/* Makes the kernel handle one object of a kind: objects KIND VALUE. What comes of it does not
 * matter, so that no peer is needed; exits with 0 when the call was made.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(int type, const char *address, int port)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd;

	if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1) {
		fd = socket(AF_INET6, type, 0);
		connect(fd, (struct sockaddr *)&v6, sizeof(v6));
		return fd;
	}
	inet_pton(AF_INET, address, &v4.sin_addr);
	fd = socket(AF_INET, type, 0);
	connect(fd, (struct sockaddr *)&v4, sizeof(v4));
	return fd;
}

/* "address port" */
static void run_tcp(const char *value)
{
	char address[64];
	int port;

	if (sscanf(value, "%63s %d", address, &port) == 2)
		connect_to(SOCK_STREAM | SOCK_NONBLOCK, address, port);
}

static void run_udp(const char *value)
{
	char address[64];
	int port;

	if (sscanf(value, "%63s %d", address, &port) == 2)
		send(connect_to(SOCK_DGRAM, address, port), "x", 1, 0);
}

/* An abstract address begins with "@". */
static void run_unix(const char *value)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(value);

	memcpy(address.sun_path, value, length);
	if (value[0] == '@')
		address.sun_path[0] = 0;
	connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address,
		offsetof(struct sockaddr_un, sun_path) + length + 1);
}

static void run_mkdir(const char *value)
{
	mkdir(value, 0700);
}

static void run_read(const char *value)
{
	char bytes[4096];

	if (read(open(value, O_RDONLY), bytes, sizeof(bytes)) < 0)
		return;
}

static void run_write(const char *value)
{
	if (write(open("/dev/null", O_WRONLY), value, strlen(value)) < 0)
		return;
}

/* In two pieces, with an empty one between them. */
static void run_writev(const char *value)
{
	size_t length = strlen(value), half = length / 2;
	struct iovec pieces[] = {
	    {(void *)value, half},
	    {NULL, 0},
	    {(void *)(value + half), length - half},
	};

	if (writev(open("/dev/null", O_WRONLY), pieces, 3) < 0)
		return;
}

static void run_pipe(const char *value)
{
	int ends[2];

	if (pipe(ends) || write(ends[1], value, strlen(value)) < 0)
		return;
}

static void run_seek(const char *value)
{
	lseek(open(value, O_RDONLY), 0, SEEK_SET);
}

static void run_exec(const char *value)
{
	execl(value, value, (char *)0);
}

/* Raises or leaves out capability 10 of the effective set: "drop" first, then the value. */
static void run_capset(const char *value)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2];

	syscall(SYS_capget, &header, sets);
	if (!strcmp(value, "gain")) {
		sets[0].effective &= ~(1U << CAP_NET_BIND_SERVICE);
		syscall(SYS_capset, &header, sets);
		sets[0].effective |= 1U << CAP_NET_BIND_SERVICE;
	} else {
		sets[0].effective &= ~(1U << CAP_NET_BIND_SERVICE);
	}
	syscall(SYS_capset, &header, sets);
}

static void run_unshare(const char *value)
{
	unshare(!strcmp(value, "user") ? CLONE_NEWUSER : CLONE_NEWUTS);
}

static void run_map(const char *value)
{
	union bpf_attr attr = {
	    .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1};

	strncpy(attr.map_name, value, sizeof(attr.map_name) - 1);
	syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* return 0 */
static void run_program(const char *value)
{
	struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K},
				  {.code = BPF_JMP | BPF_EXIT}};
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
			       .insns = (unsigned long)code,
			       .insn_cnt = 2,
			       .license = (unsigned long)"GPL"};

	strncpy(attr.prog_name, value, sizeof(attr.prog_name) - 1);
	syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void run_perf(const char *value)
{
	struct perf_event_attr attr = {
	    .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = strtoul(value, 0, 0)};

	syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

/* clang-format off */
static const struct {
	const char *kind;
	void (*run)(const char *value);
} kinds[] = {
	{"tcp", run_tcp},
	{"udp", run_udp},
	{"unix", run_unix},
	{"mkdir", run_mkdir},
	{"read", run_read},
	{"write", run_write},
	{"writev", run_writev},
	{"pipe", run_pipe},
	{"seek", run_seek},
	{"exec", run_exec},
	{"capset", run_capset},
	{"unshare", run_unshare},
	{"map", run_map},
	{"program", run_program},
	{"perf", run_perf},
};
/* clang-format on */

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].kind))
			continue;
		kinds[i].run(argv[2]);
		return 0;
	}
	return 2;
}
