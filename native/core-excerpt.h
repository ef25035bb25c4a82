/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WARDER_CORE_EXCERPT_H
#define WARDER_CORE_EXCERPT_H

#include <stdbool.h>
#include <bpf/btf.h>

#define EXCERPT_PATH_SIZE 64

/* Path of a file with the types of the kernel that an object with these types can be relocated
 * against; false when there is none, and libbpf has to look through all of them. The file is the
 * same for the same object file, and stays until the process ends.
 */
bool excerpt__find(const char *object_path, const struct btf *object, char path[EXCERPT_PATH_SIZE]);

#endif
