/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WARDER_CORE_FILE_H
#define WARDER_CORE_FILE_H

#include "core.h"

struct bpf_object;

/* Parses an object file; nothing is loaded yet. */
struct bpf_object *file__open(const char *path, struct failure *failure);

#endif
