// SPDX-License-Identifier: Apache-2.0
/* Compiled for BPF, which gives an object file with BTF. The compiler describes whole structs only
 * where there is a variable of them; what a member points to is a name otherwise.
 */
#include "typed.h"

struct order an_order;
struct customer a_customer;
