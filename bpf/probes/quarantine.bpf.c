// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Quarantine: what a process that is marked, or in a cgroup that is, may not do. Attached, and
 * pinned, while there is a quarantine. Kernel >= 6.1 with BPF among its LSMs; nothing here can
 * fail.
 */
#include "../include/lib/verdict.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define FMODE_WRITE	   0x2
#define PTRACE_MODE_ATTACH 0x2

struct cgroup_search {
	__u32 id; /* of the quarantine; 0: none */
};

static int cgroup__search(__u32 level, struct cgroup_search *search)
{
	__u64 cgroup = bpf_get_current_ancestor_cgroup_id(level);
	__u32 *id;

	if (!cgroup)
		return 1;
	id = bpf_map_lookup_elem(&quarantined, &cgroup);
	if (!id)
		return 0;
	search->id = *id;
	return 1;
}

static __always_inline struct response_row *current__quarantine(void)
{
	struct response_row *row;
	struct cgroup_search search = {};

	row = task__response(bpf_get_current_task_btf(), VERDICT_KIND_QUARANTINE);
	if (row)
		return row;
	bpf_loop(CGROUP_DEPTH_MAX, cgroup__search, &search, 0);
	return response__get(search.id, VERDICT_KIND_QUARANTINE);
}

static __always_inline int row__deny(struct response_row *row)
{
	if (!row)
		return 0;
	__sync_fetch_and_add(&row->denied, 1);
	row->last_ns = bpf_ktime_get_boot_ns();
	return -EPERM;
}

/* Hooks that are denied whatever their arguments are. */
#define DENY(hook)                                                                                 \
	SEC("lsm/" #hook)                                                                          \
	int BPF_PROG(deny_##hook)                                                                  \
	{                                                                                          \
		return row__deny(current__quarantine());                                           \
	}

/* exec */
DENY(bprm_check_security)

/* connect and bind; a socket that listens without an address is given one. */
DENY(socket_connect)
DENY(socket_bind)
DENY(socket_listen)

/* What changes files without a descriptor that is open for writing. */
DENY(inode_create)
DENY(inode_mkdir)
DENY(inode_mknod)
DENY(inode_symlink)
DENY(inode_link)
DENY(inode_unlink)
DENY(inode_rmdir)
DENY(inode_rename)
DENY(inode_setattr)
DENY(inode_setxattr)
DENY(inode_removexattr)

/* Hook: file_open, before anything was done to the file but the creation of it. */
SEC("lsm/file_open")
int BPF_PROG(deny_file_open, struct file *file)
{
	if (!(file->f_mode & FMODE_WRITE))
		return 0;
	return row__deny(current__quarantine());
}

/* Hook: socket_sendmsg. A datagram with an address is a connection that lasts for one message. */
SEC("lsm/socket_sendmsg")
int BPF_PROG(deny_sendmsg, struct socket *sock, struct msghdr *msg)
{
	__u16 family = BPF_CORE_READ(sock, sk, __sk_common.skc_family);

	if (!msg->msg_name || (family != AF_INET && family != AF_INET6))
		return 0;
	return row__deny(current__quarantine());
}

/* Hook: ptrace_access_check, also of what works like ptrace: the memory of another process. To look
 * at one in /proc is allowed.
 */
SEC("lsm/ptrace_access_check")
int BPF_PROG(deny_ptrace, struct task_struct *child, unsigned int mode)
{
	if (!(mode & PTRACE_MODE_ATTACH))
		return 0;
	return row__deny(current__quarantine());
}

/* Hook: ptrace_traceme: the tracer is the parent, and not who calls. */
SEC("lsm/ptrace_traceme")
int BPF_PROG(deny_traceme, struct task_struct *parent)
{
	struct response_row *row = current__quarantine();

	return row__deny(row ?: task__response(parent, VERDICT_KIND_QUARANTINE));
}
