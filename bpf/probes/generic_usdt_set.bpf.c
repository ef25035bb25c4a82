// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* The program of user static probes whose variables are overwritten, reached from the stub of
 * generic_usdt. In an object of its own, so that no other one has the helper: Linux 6.12 and 6.13
 * log even a call that the frozen config removes.
 */
#define WRITES_VARIABLES

#include "../include/kernel.h"
#include "../include/lib/usdt.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Hook: a marked place in a program. Kernel >= 6.1, not locked down. Observes, signals, and
 * overwrites variables.
 */
SEC("uprobe")
int usdt_main(struct pt_regs *ctx)
{
	hook__run(ctx, usdt_arguments__read);
	return 0;
}
