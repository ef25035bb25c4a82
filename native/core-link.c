/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments of programs to hooks. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "core.h"
#include "core-link.h"

struct link {
	struct bpf_link *link;
	bool is_pinned;
};

struct link *link__of(struct bpf_link *bpf_link, struct failure *failure)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link) {
		bpf_link__destroy(bpf_link);
		FAIL_CALL(failure, "ENGINE_LINK_FAILED", "calloc", ENOMEM, "out of memory");
		return NULL;
	}
	link->link = bpf_link;
	return link;
}

struct link *link__open_pinned(const char *path, struct failure *failure)
{
	struct bpf_link *bpf_link;
	struct link *link;
	int error;

	errno = 0;
	bpf_link = bpf_link__open(path);
	error = errno;
	if (!bpf_link) {
		FAIL_CALL(failure, error == ENOENT ? "ENGINE_LINK_MISSING" : "ENGINE_LINK_FAILED",
			  "bpf_link__open", error, "no link pinned at %s: %s", path,
			  strerror(error));
		return NULL;
	}
	link = link__of(bpf_link, failure);
	if (link)
		link->is_pinned = true;
	return link;
}

/* Destroying a link of a perf event disables the event even where a pin holds it. A pinned link is
 * therefore let go without detaching; libbpf then keeps one private descriptor of a perf event.
 */
void link__close(struct link *link)
{
	if (link->is_pinned) {
		bpf_link__disconnect(link->link);
		close(bpf_link__fd(link->link));
	}
	bpf_link__destroy(link->link);
	free(link);
}

bool link__id(const struct link *link, uint32_t *id, struct failure *failure)
{
	struct bpf_link_info info = {0};
	uint32_t size = sizeof(info);
	int error = bpf_obj_get_info_by_fd(bpf_link__fd(link->link), &info, &size);

	if (error)
		return FAIL_CALL(failure, "ENGINE_LINK_FAILED", "bpf_obj_get_info_by_fd", error,
				 "link cannot be described: %s", strerror(-error));
	*id = info.id;
	return true;
}

bool link__pin(struct link *link, const char *path, struct failure *failure)
{
	int error = bpf_obj_pin(bpf_link__fd(link->link), path);

	if (error)
		return FAIL_CALL(failure, "ENGINE_LINK_FAILED", "bpf_obj_pin", error,
				 "link cannot be pinned at %s: %s", path, strerror(-error));
	link->is_pinned = true;
	return true;
}

bool link__unpin(struct link *link, const char *path, struct failure *failure)
{
	if (unlink(path) && errno != ENOENT)
		return FAIL_CALL(failure, "ENGINE_LINK_FAILED", "unlink", errno,
				 "link cannot be unpinned at %s: %s", path, strerror(errno));
	link->is_pinned = false;
	return true;
}
