/* SPDX-License-Identifier: Apache-2.0 */
/* Tries what a quarantine forbids, and what it does not: captive DIRECTORY PROGRAM. For each line
 * on its input all is tried once, by itself (`t`) or by a child (`f`), and a line of errors is
 * printed; 0 is success. The directory is made ready before.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static char *program;
static int open_before;

static int result(long value)
{
	return value < 0 ? errno : 0;
}

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 255;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

static int try_exec(void)
{
	pid_t pid = fork();

	if (pid)
		return wait_for(pid);
	execl(program, program, (char *)NULL);
	_exit(errno);
}

static int with_socket(int type, int (*use)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_port = htons(use == bind ? 0 : 9),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, type, 0);
	int error = result(use(fd, (struct sockaddr *)&address, sizeof(address)));

	close(fd);
	return error;
}

static int send_one(int fd, const struct sockaddr *address, socklen_t size)
{
	return (int)sendto(fd, "x", 1, 0, address, size);
}

static int listen_only(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)address;
	(void)size;
	return listen(fd, 1);
}

static int try_open(const char *path, int flags)
{
	int fd = open(path, flags, 0600);
	int error = result(fd);

	if (fd >= 0)
		close(fd);
	return error;
}

static int try_attach(void)
{
	pid_t pid = fork();
	int error;

	if (!pid)
		for (;;)
			pause();
	error = result(ptrace(PTRACE_SEIZE, pid, 0, 0));
	kill(pid, SIGKILL);
	wait_for(pid);
	return error;
}

static int try_traceme(void)
{
	pid_t pid = fork();

	if (pid)
		return wait_for(pid);
	_exit(result(ptrace(PTRACE_TRACEME, 0, 0, 0)));
}

static void say(const char *name, int error)
{
	printf("%s\"%s\":%d", strcmp(name, "exec") ? "," : "{", name, error);
}

static void try_files(void)
{
	say("write", try_open("file", O_WRONLY));
	say("append", try_open("file", O_RDWR | O_APPEND));
	say("truncate", result(truncate("file", 0)));
	say("ftruncate", result(ftruncate(open_before, 0)));
	say("create", try_open("new", O_RDONLY | O_CREAT));
	say("mkdir", result(mkdir("directory", 0700)));
	say("mknod", result(mknod("pipe", S_IFIFO | 0600, 0)));
	say("symlink", result(symlink("file", "symlink")));
	say("link", result(link("file", "link")));
	say("chmod", result(chmod("file", 0640)));
	say("xattr", result(setxattr("file", "user.x", "x", 1, 0)) == EPERM ? EPERM : 0);
	say("rename", result(rename("old", "older")));
	say("unlink", result(unlink("victim")));
	say("rmdir", result(rmdir("empty")));
}

/* Whatever was made or moved, so that it can be tried again. */
static void restore(void)
{
	const char *made[] = {"new", "pipe", "symlink", "link"};

	for (unsigned i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		unlink(made[i]);
	rmdir("directory");
	rename("older", "old");
	close(open("victim", O_CREAT | O_WRONLY, 0600));
	mkdir("empty", 0700);
}

static void try_all(void)
{
	say("exec", try_exec());
	say("connect", with_socket(SOCK_STREAM, connect) == EPERM ? EPERM : 0);
	say("sendto", with_socket(SOCK_DGRAM, send_one) == EPERM ? EPERM : 0);
	say("bind", with_socket(SOCK_STREAM, bind));
	say("listen", with_socket(SOCK_STREAM, listen_only));
	try_files();
	say("attach", try_attach());
	say("traceme", try_traceme());
	/* What stays allowed. */
	say("read", try_open("file", O_RDONLY));
	say("openWrite", write(open_before, "x", 1) == 1 ? 0 : errno);
	printf("}\n");
	fflush(stdout);
	restore();
}

int main(int argc, char **argv)
{
	int key;

	if (argc != 3 || chdir(argv[1]))
		return 2;
	program = argv[2];
	open_before = open("file", O_CREAT | O_RDWR, 0600);
	close(open("old", O_CREAT | O_WRONLY, 0600));
	restore();
	setvbuf(stdin, NULL, _IONBF, 0);
	while ((key = getchar()) != EOF) {
		if (key == 't')
			try_all();
		if (key == 'f') {
			pid_t pid = fork();

			if (!pid) {
				try_all();
				_exit(0);
			}
			wait_for(pid);
		}
	}
	return 0;
}
