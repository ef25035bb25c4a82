/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Names of files as the process sees them: from the dentry up to the root of the process, across
 * mounts. bpf_d_path() does the same but only in a handful of hooks, and not in tracepoints.
 */
#ifndef WARDER_LIB_PATH_H
#define WARDER_LIB_PATH_H

#include "scratch.bpf.h"

enum path_flag {
	PATH_FLAG_UNRESOLVED = 1 << 0, /* did not reach the root of the process */
	PATH_FLAG_ROOT = 1 << 1,       /* the path is the root itself */
	PATH_FLAG_WHOLE = 1 << 2,      /* reached the root, or has none, as memfd */
};

/* Put before a text that is not the whole path, so that it cannot pass for one in a comparison. */
#define PATH_UNREACHABLE      "(unreachable)"
#define PATH_UNREACHABLE_SIZE (sizeof(PATH_UNREACHABLE) - 1)

/* Puts "/name" before the text. Returns false when it no longer fits. */
static __always_inline bool path__prepend(struct scratch *scratch, struct dentry *dentry)
{
	__u32 length = BPF_CORE_READ(dentry, d_name.len);
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	__u32 offset = scratch->walk.offset;
	char *to;

	if (length > NAME_SIZE_MAX)
		length = NAME_SIZE_MAX;
	if (offset < length + 1)
		return false;
	offset -= length + 1;
	to = &scratch->path[offset & (PATH_SIZE_MAX - 1)];
	to[0] = '/';
	if (length)
		bpf_probe_read_kernel(to + 1, length, name);
	scratch->walk.offset = offset;
	return true;
}

/* At the root of a mount: goes on at the place where it is mounted. */
static __always_inline bool path__leave_mount(struct path_walk *walk)
{
	struct mount *mount = (void *)walk->mnt - bpf_core_field_offset(struct mount, mnt);
	struct mount *parent = BPF_CORE_READ(mount, mnt_parent);

	if (!parent || parent == mount)
		return false;
	walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
	walk->mnt = (void *)parent + bpf_core_field_offset(struct mount, mnt);
	return true;
}

/* The first character of the name that was put before the text last. */
static __always_inline char path__first_of_name(struct scratch *scratch)
{
	return scratch->path[(scratch->walk.offset & (PATH_SIZE_MAX - 1)) + 1];
}

/* Marks the text as a part. */
static __always_inline void path__mark(struct scratch *scratch)
{
	__u32 offset = scratch->walk.offset;

	offset = offset < PATH_UNREACHABLE_SIZE ? 0 : offset - PATH_UNREACHABLE_SIZE;
	__builtin_memcpy(&scratch->path[offset & (PATH_SIZE_MAX - 1)], PATH_UNREACHABLE,
			 PATH_UNREACHABLE_SIZE);
	scratch->walk.offset = offset;
}

/* One name, or one mount, further up. Returns 1 at the end. */
static __always_inline int path__step(struct scratch *scratch)
{
	struct path_walk *walk = &scratch->walk;
	struct dentry *dentry = walk->dentry;
	struct vfsmount *mnt = walk->mnt;
	struct dentry *parent;

	if (dentry == walk->root_dentry && mnt == walk->root_mnt) {
		walk->flags |= PATH_FLAG_WHOLE;
		return 1;
	}
	parent = BPF_CORE_READ(dentry, d_parent);
	if (!mnt && dentry == parent) {
		walk->flags |= PATH_FLAG_WHOLE;
		return 1;
	}
	if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
		/* A mount that is mounted nowhere, or above the root that the process is kept in.
		 */
		return !path__leave_mount(walk);
	}
	if (!path__prepend(scratch, dentry))
		return 1;
	if (dentry == parent) {
		/* A file without a directory, as memfd; a lost directory is called "/". */
		if (path__first_of_name(scratch) != '/')
			walk->flags |= PATH_FLAG_WHOLE;
		return 1;
	}
	walk->dentry = parent;
	return 0;
}

static int path__visit(__u32 index, struct scratch **scratch)
{
	return path__step(*scratch);
}

/* Goes from scratch->walk up to the root. */
static __noinline int path__ascend(struct scratch *scratch)
{
	struct path_walk *walk;

	if (!scratch)
		return -1;
	walk = &scratch->walk;
	bpf_loop(PATH_DEPTH_MAX, path__visit, &scratch, 0);
	if (walk->offset == PATH_SIZE_MAX) {
		walk->flags |= PATH_FLAG_ROOT;
		walk->offset = PATH_SIZE_MAX - 1;
		scratch->path[PATH_SIZE_MAX - 1] = '/';
	}
	if (!(walk->flags & PATH_FLAG_WHOLE)) {
		walk->flags |= PATH_FLAG_UNRESOLVED;
		path__mark(scratch);
	}
	return 0;
}

/* Resolves an entry of a mount as the task would name it; without a mount, the path from the root
 * of the file system. False when there is none. The text is then that of path__text().
 */
static __always_inline bool path__resolve_entry(struct scratch *scratch, struct dentry *dentry,
						struct vfsmount *mnt, struct task_struct *task)
{
	struct path_walk *walk = &scratch->walk;
	struct fs_struct *fs = BPF_CORE_READ(task, fs);

	walk->dentry = dentry;
	walk->mnt = mnt;
	walk->root_dentry = mnt ? BPF_CORE_READ(fs, root.dentry) : 0;
	walk->root_mnt = BPF_CORE_READ(fs, root.mnt);
	walk->offset = PATH_SIZE_MAX;
	walk->flags = 0;
	return dentry && !path__ascend(scratch);
}

/* Resolves a path of the kernel as the task would name it. */
static __always_inline bool path__resolve(struct scratch *scratch, struct path *path,
					  struct task_struct *task)
{
	return path__resolve_entry(scratch, BPF_CORE_READ(path, dentry), BPF_CORE_READ(path, mnt),
				   task);
}

/* The path that was resolved last. */
static __always_inline const char *path__text(const struct scratch *scratch)
{
	return &scratch->path[scratch->walk.offset & (PATH_SIZE_MAX - 1)];
}

/* From 1 to PATH_SIZE_MAX. */
static __always_inline __u32 path__length(const struct scratch *scratch)
{
	return PATH_SIZE_MAX - (scratch->walk.offset & (PATH_SIZE_MAX - 1));
}

#endif
