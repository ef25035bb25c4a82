/* SPDX-License-Identifier: Apache-2.0 */
/* warder-oci-hook: a createRuntime hook that tells the agent about a container before anything runs
 * in it. The runtime waits for this program, so it does one thing, in bounded time, and decides
 * what happens when the agent does not take the news: the container starts, or it does not.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "oci-post.h"
#include "oci-state.h"

#define NAME	       "warder-oci-hook"
#define DEFAULT_SOCKET "/run/warder/warder.sock"

#define STATE_SIZE_MAX	   (1024 * 1024)
#define TIMEOUT_MS_DEFAULT 2000
#define TIMEOUT_MS_MAX	   60000

enum outcome { CONTAINER_STARTS = 0, CONTAINER_STOPS = 1, USAGE_WRONG = 2 };

static const char USAGE[] =
    "usage: " NAME " [options] < STATE\n"
    "Tells the agent of a container's OCI state; an OCI runtime runs it as a createRuntime hook.\n"
    "  --socket PATH               of the agent (default: " DEFAULT_SOCKET ")\n"
    "  --timeout-ms N              1 to 60000, for everything together (default: 2000)\n"
    "  --fail-closed               when the agent cannot be told, no container starts\n"
    "  --fail-closed-namespace NS  nor one of that namespace of Kubernetes; may be repeated\n";

struct options {
	const char *socket_path;
	long timeout_ms;
	bool is_closed;
	/* The arguments, in which the closed namespaces are found again. */
	int count;
	char **arguments;
};

static char state_text[STATE_SIZE_MAX + 1];

static int usage__refuse(const char *problem, const char *argument)
{
	fprintf(stderr, NAME ": %s%s%s; the container does not start\n%s", problem,
		argument ? ": " : "", argument ? argument : "", USAGE);
	return USAGE_WRONG;
}

static bool timeout__read(const char *text, long *timeout_ms)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*timeout_ms = strtol(text, &end, 10);
	return !*end && !errno && *timeout_ms >= 1 && *timeout_ms <= TIMEOUT_MS_MAX;
}

/* 0, or the exit status of a refusal. */
static int options__read(int count, char **arguments, struct options *options)
{
	for (int place = 1; place < count; place++) {
		const char *name = arguments[place];
		const char *value = place + 1 < count ? arguments[place + 1] : NULL;

		if (!strcmp(name, "--fail-closed")) {
			options->is_closed = true;
			continue;
		}
		if (strcmp(name, "--socket") && strcmp(name, "--timeout-ms") &&
		    strcmp(name, "--fail-closed-namespace"))
			return usage__refuse("there is no such option", name);
		if (!value || !*value)
			return usage__refuse("an option has no value", name);
		if (!strcmp(name, "--socket"))
			options->socket_path = value;
		else if (!strcmp(name, "--timeout-ms") &&
			 !timeout__read(value, &options->timeout_ms))
			return usage__refuse("the timeout is not 1 to 60000", value);
		else if (strlen(value) >= STATE_NAMESPACE_SIZE)
			return usage__refuse("a namespace is longer than there can be", NULL);
		place++;
	}
	return 0;
}

/* The closed namespaces from `*place` on, one at a call. NULL after the last. */
static const char *options__next_closed(const struct options *options, int *place)
{
	while (*place + 1 < options->count) {
		const char *name = options->arguments[*place];
		const char *value = options->arguments[*place + 1];

		*place += strcmp(name, "--fail-closed") ? 2 : 1;
		if (!strcmp(name, "--fail-closed-namespace"))
			return value;
	}
	return NULL;
}

/* The state on standard input. False with a problem when it is not all there in time. */
static bool state__receive(int64_t deadline_ms, size_t *size, const char **problem)
{
	*size = 0;
	for (;;) {
		ssize_t got;

		if (!deadline__wait(STDIN_FILENO, POLLIN, deadline_ms)) {
			*problem = "it did not arrive in time";
			return false;
		}
		got = read(STDIN_FILENO, state_text + *size, sizeof(state_text) - *size);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0) {
			*problem = strerror(errno);
			return false;
		}
		if (got == 0)
			return true;
		*size += (size_t)got;
		if (*size > STATE_SIZE_MAX) {
			*problem = "it is larger than 1 MiB";
			return false;
		}
	}
}

static int decide__start(const char *why)
{
	fprintf(stderr, NAME ": %s; the container starts without that (fail-open)\n", why);
	return CONTAINER_STARTS;
}

static int decide__stop(const char *why, const char *rule, const char *value)
{
	fprintf(stderr,
		NAME ": %s; the container does not start, because of %s%s%s (fail-closed)\n", why,
		rule, value ? " " : "", value ? value : "");
	return CONTAINER_STOPS;
}

static bool state__has_namespace(const struct oci_state *state, const char *name)
{
	for (size_t index = 0; index < STATE_NAMESPACES; index++)
		if (!strcmp(state->namespaces[index], name))
			return true;
	return false;
}

/* What the options say when the agent did not take the container. A state that cannot be read might
 * be of any namespace. When the annotations name two, one that is closed is enough.
 */
static int decide(const struct options *options, const char *why, size_t size, const char *problem)
{
	struct oci_state state;
	char both[2 * POST_WHY_SIZE];
	const char *closed;
	int place = 1;

	if (options->is_closed)
		return decide__stop(why, "--fail-closed", NULL);
	closed = options__next_closed(options, &place);
	if (!closed)
		return decide__start(why);
	if (!problem)
		problem = state__read(state_text, size, &state);
	if (problem) {
		snprintf(both, sizeof(both), "%s, and the state cannot be read: %s", why, problem);
		return decide__stop(both, "--fail-closed-namespace", NULL);
	}
	for (; closed; closed = options__next_closed(options, &place))
		if (state__has_namespace(&state, closed))
			return decide__stop(why, "--fail-closed-namespace", closed);
	return decide__start(why);
}

int main(int count, char **arguments)
{
	struct options options = {
	    .socket_path = DEFAULT_SOCKET,
	    .timeout_ms = TIMEOUT_MS_DEFAULT,
	    .count = count,
	    .arguments = arguments,
	};
	char answer[POST_WHY_SIZE], why[POST_WHY_SIZE + 32];
	struct post post = {.body = state_text};
	const char *problem = NULL;
	int refusal = options__read(count, arguments, &options);

	if (refusal)
		return refusal;
	post.socket_path = options.socket_path;
	post.deadline_ms = clock__now_ms() + options.timeout_ms;
	if (!state__receive(post.deadline_ms, &post.body_size, &problem))
		return decide(&options, "the agent was not told", 0, problem);
	if (post__send(&post, answer))
		return CONTAINER_STARTS;
	snprintf(why, sizeof(why), "the agent %s", answer);
	return decide(&options, why, post.body_size, NULL);
}
