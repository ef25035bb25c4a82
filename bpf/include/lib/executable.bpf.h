/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the kernel knows of the file that was executed, and of what executing it gave. */
#ifndef WARDER_LIB_EXECUTABLE_H
#define WARDER_LIB_EXECUTABLE_H

#include "../kernel.h"
#include "../record.h"

/* A file that only the upper layer of an overlay has: it came after the image. */
static __always_inline bool inode__in_upper_layer(struct inode *inode)
{
	struct ovl_inode *overlay;

	if (BPF_CORE_READ(inode, i_sb, s_magic) != OVERLAYFS_SUPER_MAGIC ||
	    !bpf_core_type_exists(struct ovl_inode))
		return false;
	overlay = (void *)inode - bpf_core_field_offset(struct ovl_inode, vfs_inode);
	return BPF_CORE_READ(overlay, __upperdentry) != 0;
}

static __always_inline bool dentry__is_memfd(struct dentry *dentry, struct inode *inode)
{
	char name[8] = {};

	if (BPF_CORE_READ(inode, i_sb, s_magic) != TMPFS_MAGIC)
		return false;
	bpf_probe_read_kernel(name, 6, BPF_CORE_READ(dentry, d_name.name));
	return name[0] == 'm' && name[1] == 'e' && name[2] == 'm' && name[3] == 'f' &&
	       name[4] == 'd' && name[5] == ':';
}

static __always_inline __u32 executable__fill(struct exec_record *record, struct file *exe)
{
	struct inode *inode = BPF_CORE_READ(exe, f_inode);
	__u32 flags = 0;

	record->exe_inode = BPF_CORE_READ(inode, i_ino);
	record->exe_device = BPF_CORE_READ(inode, i_sb, s_dev);
	record->exe_links = BPF_CORE_READ(inode, i_nlink);
	record->exe_uid = BPF_CORE_READ(inode, i_uid.val);
	record->exe_gid = BPF_CORE_READ(inode, i_gid.val);
	record->exe_mode = BPF_CORE_READ(inode, i_mode);
	if (dentry__is_memfd(BPF_CORE_READ(exe, f_path.dentry), inode))
		flags |= EXEC_FLAG_MEMFD;
	if (record->exe_links == 0)
		flags |= EXEC_FLAG_UNLINKED;
	if (inode__in_upper_layer(inode))
		flags |= EXEC_FLAG_UPPER_LAYER;
	return flags;
}

/* secureexec is the kernel's own word for "privileges rose"; the file tells by which means. */
static __always_inline __u32 privileges__changed(const struct exec_record *record,
						 struct linux_binprm *bprm)
{
	const struct credentials_record *credentials = &record->credentials;
	__u32 flags = 0;

	if (!BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec))
		return 0;
	if ((record->exe_mode & S_ISUID) && credentials->euid == record->exe_uid)
		flags |= EXEC_FLAG_SETUID;
	if ((record->exe_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
	    credentials->egid == record->exe_gid)
		flags |= EXEC_FLAG_SETGID;
	if (!flags && credentials->euid == credentials->uid &&
	    credentials->egid == credentials->gid)
		flags |= EXEC_FLAG_FILE_CAPS;
	return flags;
}

#endif
