/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Numbers of the kernel that are macros there, so that its type information does not have them. */
#ifndef WARDER_CONSTANTS_H
#define WARDER_CONSTANTS_H

#define PF_FORKNOEXEC	      0x00000040
#define PF_KTHREAD	      0x00200000
#define SIGNAL_GROUP_EXIT     0x00000004
#define SIGKILL		      9
#define S_IFMT		      0170000
#define S_ISUID		      0004000
#define S_ISGID		      0002000
#define S_IXGRP		      0000010
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define TMPFS_MAGIC	      0x01021994
#define AF_UNIX		      1
#define AF_INET		      2
#define AF_INET6	      10

#endif
