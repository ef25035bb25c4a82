/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The yardsticks: programs that do nothing, so that all they cost is being called. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Hook: entry of every system call. Also counts how many there were on the machine. */
SEC("tp_btf/sys_enter")
int empty_enter(void *ctx)
{
	return 0;
}

/* Hook: entry of the kernel function that is set as its target. */
SEC("fentry")
int empty_fentry(void *ctx)
{
	return 0;
}

/* Hook: the security hook that is set as its target. */
SEC("lsm")
int empty_lsm(void *ctx)
{
	return 0;
}
