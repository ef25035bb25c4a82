/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WARDER_CORE_RELOCATIONS_H
#define WARDER_CORE_RELOCATIONS_H

#include <stdint.h>

/* Called with the number of the type that a relocation begins with. */
typedef void (*relocation_visitor)(void *context, uint32_t type);

/* Visits the relocations of an object file against the kernel's types, as far as they can be read.
 */
void relocations__visit(const char *path, relocation_visitor visit, void *context);

#endif
