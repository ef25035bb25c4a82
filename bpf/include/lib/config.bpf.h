/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What user space decided for this generation of this hook. Frozen at load: the verifier knows the
 * values, so that code for argument types, dimensions and actions nobody uses is removed.
 */
#ifndef WARDER_LIB_CONFIG_H
#define WARDER_LIB_CONFIG_H

#include "../policy.h"

const volatile struct hook_config config;
const volatile struct dimension_config dimensions[DIMENSIONS_MAX];
const volatile struct selector_row selectors[SELECTORS_MAX];
const volatile struct rate_row rate_rows[SELECTORS_MAX];

#endif
