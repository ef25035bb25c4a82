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
};

struct path_walk {
	struct scratch *scratch;
	struct dentry *dentry;
	struct vfsmount *mnt;
	struct dentry *root_dentry;
	struct vfsmount *root_mnt;
	__u32 offset; /* first byte of the text in scratch->path; the text ends at PATH_SIZE_MAX */
	__u32 is_whole; /* reached the root, or has none, as memfd */
};

/* Put before a text that is not the whole path, so that it cannot pass for one in a comparison. */
#define PATH_UNREACHABLE      "(unreachable)"
#define PATH_UNREACHABLE_SIZE (sizeof(PATH_UNREACHABLE) - 1)

/* Puts "/name" before the text. Returns false when it no longer fits. */
static __always_inline bool path__prepend(struct path_walk *walk, struct dentry *dentry)
{
	struct scratch *scratch = walk->scratch;
	__u32 length = BPF_CORE_READ(dentry, d_name.len);
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	__u32 offset = walk->offset;
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
	walk->offset = offset;
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
static __always_inline char path__first_of_name(struct path_walk *walk)
{
	return walk->scratch->path[(walk->offset & (PATH_SIZE_MAX - 1)) + 1];
}

/* Marks the text as a part. */
static __always_inline void path__mark(struct path_walk *walk)
{
	struct scratch *scratch = walk->scratch;
	__u32 offset = walk->offset;

	offset = offset < PATH_UNREACHABLE_SIZE ? 0 : offset - PATH_UNREACHABLE_SIZE;
	__builtin_memcpy(&scratch->path[offset & (PATH_SIZE_MAX - 1)], PATH_UNREACHABLE,
			 PATH_UNREACHABLE_SIZE);
	walk->offset = offset;
}

static int path__step(__u32 index, struct path_walk *walk)
{
	struct dentry *dentry = walk->dentry;
	struct vfsmount *mnt = walk->mnt;
	struct dentry *parent;

	if (dentry == walk->root_dentry && mnt == walk->root_mnt) {
		walk->is_whole = 1;
		return 1;
	}
	parent = BPF_CORE_READ(dentry, d_parent);
	if (!mnt && dentry == parent) {
		walk->is_whole = 1;
		return 1;
	}
	if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
		/* A mount that is mounted nowhere, or above the root that the process is kept in.
		 */
		return !path__leave_mount(walk);
	}
	if (!path__prepend(walk, dentry))
		return 1;
	if (dentry == parent) {
		/* A file without a directory, as memfd; a lost directory is called "/". */
		walk->is_whole = path__first_of_name(walk) != '/';
		return 1;
	}
	walk->dentry = parent;
	return 0;
}

struct path_text {
	__u32 offset; /* into scratch->path */
	__u32 length;
	__u32 flags; /* enum path_flag */
};

/* Resolves an entry of a mount as the task would name it; without a mount, the path from the root
 * of the file system.
 */
static __noinline int path__resolve_entry(struct scratch *scratch, struct path *entry,
					  struct task_struct *task, struct path_text *text)
{
	struct path_walk walk = {};
	struct fs_struct *fs;

	if (!scratch || !text || !entry)
		return -1;
	fs = BPF_CORE_READ(task, fs);
	walk.scratch = scratch;
	walk.dentry = entry->dentry;
	walk.mnt = entry->mnt;
	walk.root_dentry = walk.mnt ? BPF_CORE_READ(fs, root.dentry) : 0;
	walk.root_mnt = BPF_CORE_READ(fs, root.mnt);
	walk.offset = PATH_SIZE_MAX;
	text->flags = 0;
	text->length = 0;
	text->offset = PATH_SIZE_MAX;
	if (!walk.dentry)
		return -1;
	bpf_loop(PATH_DEPTH_MAX, path__step, &walk, 0);
	if (walk.offset == PATH_SIZE_MAX) {
		text->flags |= PATH_FLAG_ROOT;
		walk.offset = PATH_SIZE_MAX - 1;
		scratch->path[PATH_SIZE_MAX - 1] = '/';
	}
	if (!walk.is_whole) {
		text->flags |= PATH_FLAG_UNRESOLVED;
		path__mark(&walk);
	}
	text->offset = walk.offset & (PATH_SIZE_MAX - 1);
	text->length = PATH_SIZE_MAX - text->offset;
	return 0;
}

/* Resolves a path of the kernel as the task would name it. */
static __always_inline int path__resolve(struct scratch *scratch, struct path *path,
					 struct task_struct *task, struct path_text *text)
{
	struct path entry = {
	    .mnt = BPF_CORE_READ(path, mnt),
	    .dentry = BPF_CORE_READ(path, dentry),
	};

	return path__resolve_entry(scratch, &entry, task, text);
}

#endif
