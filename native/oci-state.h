/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime hook itself has to know of a container's state: the namespace of its pod.
 */
#ifndef WARDER_OCI_STATE_H
#define WARDER_OCI_STATE_H

#include <stddef.h>

/* Deeper documents are refused: a state has three levels. */
#define STATE_DEPTH_MAX 64

/* Kubernetes allows names of 63 characters; one that does not fit is refused. */
#define STATE_NAMESPACE_SIZE 256

/* Of containerd, and of the kubelet, whose labels CRI-O makes annotations of. */
#define STATE_NAMESPACES 2

struct oci_state {
	/* Empty where the state has none. */
	char namespaces[STATE_NAMESPACES][STATE_NAMESPACE_SIZE];
};

/* Reads a whole state document (JSON, strictly). NULL when that worked, else what is wrong with it.
 */
const char *state__read(const char *text, size_t size, struct oci_state *state);

#endif
