/* SPDX-License-Identifier: Apache-2.0 */
/* One request to the agent, and no longer than until a deadline.
 */
#ifndef WARDER_OCI_POST_H
#define WARDER_OCI_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POST_WHY_SIZE 192

struct post {
	const char *socket_path;
	const char *body;
	size_t body_size;
	/* On the clock of clock__now_ms. */
	int64_t deadline_ms;
};

/* Milliseconds of a clock that nobody sets. */
int64_t clock__now_ms(void);

/* Waits for events of poll(2) until the deadline. False when that passed. */
bool deadline__wait(int fd, short events, int64_t deadline_ms);

/* Posts the body to the agent's route for containers. True when it answered with a status of 200 to
 * 299, else `why` says what happened instead, as the end of a sentence that begins with "the
 * agent".
 */
bool post__send(const struct post *post, char why[POST_WHY_SIZE]);

#endif
