/* SPDX-License-Identifier: Apache-2.0 */
/* Processes by a descriptor: unlike a pid it never means another one. */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "core.h"

/* No process: nobody has the pid, or only a thread that is no leader, or what was just released, of
 * which the kernel says EINVAL, later ENOENT, and not ESRCH.
 */
static bool is_absent(int pid, int error)
{
	return error == ESRCH || error == ENOENT || (error == EINVAL && pid > 0);
}

int process__open(int pid, struct failure *failure)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);
	int error = errno;

	if (fd >= 0)
		return (int)fd;
	if (is_absent(pid, error))
		return -ESRCH;
	FAIL_CALL(failure, "ENGINE_PROCESS_FAILED", "pidfd_open", error,
		  "process %d cannot be opened: %s", pid, strerror(error));
	return -error;
}

int process__signal(int fd, int signal, struct failure *failure)
{
	int error;

	if (!syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0))
		return 1;
	error = errno;
	if (error == ESRCH)
		return 0;
	FAIL_CALL(failure, "ENGINE_PROCESS_FAILED", "pidfd_send_signal", error,
		  "signal %d cannot be sent: %s", signal, strerror(error));
	return -1;
}

/* The kernel makes the descriptor readable when the last thread has ended. */
bool process__await_end(int fd, int milliseconds)
{
	struct pollfd entry = {.fd = fd, .events = POLLIN};

	return poll(&entry, 1, milliseconds) == 1;
}

bool process__has_thread(int pid, int tid)
{
	return !syscall(SYS_tgkill, pid, tid, 0);
}

void process__hasten(int tid, enum haste haste)
{
	struct sched_param first = {.sched_priority = haste};

	if (sched_setscheduler(tid, SCHED_FIFO | SCHED_RESET_ON_FORK, &first))
		setpriority(PRIO_PROCESS, (id_t)tid, PRIO_MIN);
}

int64_t kernel__boot_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}
