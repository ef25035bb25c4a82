/* SPDX-License-Identifier: Apache-2.0 */
/* As much HTTP as it takes to tell the agent about a container on its unix socket.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "oci-post.h"

#define HEAD_SIZE 256

/* `HTTP/1.1 200`: all of an answer that counts. */
#define STATUS_SIZE 12

#define TOO_SLOW "did not answer in time"

int64_t clock__now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool deadline__wait(int fd, short events, int64_t deadline_ms)
{
	struct pollfd polled = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = deadline_ms - clock__now_ms();
		int count = poll(&polled, 1, left > 0 ? (int)left : 0);

		if (count > 0)
			return true;
		if (count == 0 && left <= 0)
			return false;
		if (count < 0 && errno != EINTR)
			return false;
	}
}

static bool fail(char why[POST_WHY_SIZE], const char *what, int error)
{
	snprintf(why, POST_WHY_SIZE, "%s%s%s", what, error ? ": " : "",
		 error ? strerror(error) : "");
	return false;
}

/* A listener whose queue is full keeps a connect waiting; the send timeout bounds that too. */
static bool socket__connect(int fd, const struct post *post, char why[POST_WHY_SIZE])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int64_t left = post->deadline_ms - clock__now_ms();
	struct timeval timeout;

	if (strlen(post->socket_path) >= sizeof(address.sun_path))
		return fail(why, "has no socket there: the path is too long", 0);
	strcpy(address.sun_path, post->socket_path);
	/* No time at all would mean no limit. */
	if (left <= 0)
		return fail(why, TOO_SLOW, 0);
	timeout.tv_sec = left / 1000;
	timeout.tv_usec = left % 1000 * 1000;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)))
		return fail(why, "cannot be asked", errno);
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return true;
	if (errno == EAGAIN)
		return fail(why, TOO_SLOW, 0);
	return fail(why, "cannot be reached", errno);
}

/* A peer that hangs up has perhaps answered already, so that is for the reader to find out. */
static bool socket__write(int fd, const char *bytes, size_t size, int64_t deadline_ms)
{
	while (size > 0) {
		ssize_t written;

		if (!deadline__wait(fd, POLLOUT, deadline_ms))
			return false;
		written = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (written < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (written < 0)
			return true;
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* The status of an answer that begins like one of HTTP/1; 0 for anything else. */
static int status__read(const char answer[STATUS_SIZE])
{
	const char *status = answer + STATUS_SIZE - 3;

	if (memcmp(answer, "HTTP/1.", 7) || !is_digit(answer[7]) || answer[8] != ' ')
		return 0;
	if (!is_digit(status[0]) || !is_digit(status[1]) || !is_digit(status[2]))
		return 0;
	return (status[0] - '0') * 100 + (status[1] - '0') * 10 + (status[2] - '0');
}

static bool answer__read(int fd, int64_t deadline_ms, char why[POST_WHY_SIZE])
{
	char answer[STATUS_SIZE];
	size_t size = 0;
	int status;

	while (size < STATUS_SIZE) {
		ssize_t got;

		if (!deadline__wait(fd, POLLIN, deadline_ms))
			return fail(why, TOO_SLOW, 0);
		got = recv(fd, answer + size, STATUS_SIZE - size, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got < 0)
			return fail(why, "hung up", errno);
		if (got == 0)
			return fail(why, "hung up without an answer", 0);
		size += (size_t)got;
	}
	status = status__read(answer);
	if (status >= 200 && status <= 299)
		return true;
	if (!status)
		return fail(why, "answered with something that is not HTTP", 0);
	snprintf(why, POST_WHY_SIZE, "refused the container with status %d", status);
	return false;
}

static bool request__send(int fd, const struct post *post, char why[POST_WHY_SIZE])
{
	char head[HEAD_SIZE];
	int size = snprintf(head, sizeof(head),
			    "POST /v1/containers HTTP/1.1\r\n"
			    "host: warder\r\n"
			    "content-type: application/json\r\n"
			    "content-length: %zu\r\n"
			    "connection: close\r\n"
			    "\r\n",
			    post->body_size);

	if (!socket__write(fd, head, (size_t)size, post->deadline_ms) ||
	    !socket__write(fd, post->body, post->body_size, post->deadline_ms))
		return fail(why, TOO_SLOW, 0);
	return answer__read(fd, post->deadline_ms, why);
}

bool post__send(const struct post *post, char why[POST_WHY_SIZE])
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_taken;

	if (fd < 0)
		return fail(why, "cannot be asked", errno);
	is_taken = socket__connect(fd, post, why) && request__send(fd, post, why);
	close(fd);
	return is_taken;
}
