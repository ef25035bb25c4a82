/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Credentials as records have them. */
#ifndef WARDER_LIB_CREDENTIALS_H
#define WARDER_LIB_CREDENTIALS_H

#include "../kernel.h"
#include "../record.h"

/* All but the login, which is of a task. */
static __always_inline void credentials__read(struct credentials_record *to,
					      const struct cred *cred)
{
	to->uid = BPF_CORE_READ(cred, uid.val);
	to->gid = BPF_CORE_READ(cred, gid.val);
	to->euid = BPF_CORE_READ(cred, euid.val);
	to->egid = BPF_CORE_READ(cred, egid.val);
	to->suid = BPF_CORE_READ(cred, suid.val);
	to->sgid = BPF_CORE_READ(cred, sgid.val);
	to->fsuid = BPF_CORE_READ(cred, fsuid.val);
	to->fsgid = BPF_CORE_READ(cred, fsgid.val);
	to->securebits = BPF_CORE_READ(cred, securebits);
	to->cap_permitted = 0;
	to->cap_effective = 0;
	to->cap_inheritable = 0;
	bpf_core_read(&to->cap_permitted, sizeof(__u64), &cred->cap_permitted);
	bpf_core_read(&to->cap_effective, sizeof(__u64), &cred->cap_effective);
	bpf_core_read(&to->cap_inheritable, sizeof(__u64), &cred->cap_inheritable);
}

#endif
