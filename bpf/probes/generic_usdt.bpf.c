// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Policy hooks on user static probes. */
#include "../include/kernel.h"
#include "../include/lib/usdt.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Hook: a marked place in a program. Kernel >= 6.1. Observes and signals. */
SEC("uprobe")
int usdt_stub(struct pt_regs *ctx)
{
	bpf_tail_call(ctx, &slot, 0);
	return 0;
}

SEC("uprobe")
int usdt_main(struct pt_regs *ctx)
{
	hook__run(ctx, usdt_arguments__read);
	return 0;
}
