/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Credentials and namespaces as records have them. */
#ifndef WARDER_LIB_CREDENTIALS_H
#define WARDER_LIB_CREDENTIALS_H

#include "process.bpf.h"
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

static __always_inline void credentials__of_task(struct credentials_record *to,
						 struct task_struct *task)
{
	credentials__read(to, BPF_CORE_READ(task, cred));
	to->login_uid = ~0U;
	if (bpf_core_field_exists(task->loginuid))
		to->login_uid = BPF_CORE_READ(task, loginuid.val);
}

static __always_inline void namespaces__of_task(struct namespaces_record *to,
						struct task_struct *task)
{
	struct nsproxy *proxy = BPF_CORE_READ(task, nsproxy);

	to->uts = BPF_CORE_READ(proxy, uts_ns, ns.inum);
	to->ipc = BPF_CORE_READ(proxy, ipc_ns, ns.inum);
	to->mnt = BPF_CORE_READ(proxy, mnt_ns, ns.inum);
	to->pid = task__pid_namespace(task);
	to->pid_for_children = BPF_CORE_READ(proxy, pid_ns_for_children, ns.inum);
	to->net = BPF_CORE_READ(proxy, net_ns, ns.inum);
	to->time = BPF_CORE_READ(proxy, time_ns, ns.inum);
	to->time_for_children = BPF_CORE_READ(proxy, time_ns_for_children, ns.inum);
	to->cgroup = BPF_CORE_READ(proxy, cgroup_ns, ns.inum);
	to->user = BPF_CORE_READ(task, cred, user_ns, ns.inum);
}

#endif
