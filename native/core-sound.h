/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the core share about type information; callers of the core include core.h only.
 */
#ifndef WARDER_CORE_SOUND_H
#define WARDER_CORE_SOUND_H

#include <stdbool.h>
#include <stdint.h>

struct btf;

/* Number of the first type that refers to something that is not there, or 0. */
uint32_t types__first_unsound(const struct btf *btf);

#endif
