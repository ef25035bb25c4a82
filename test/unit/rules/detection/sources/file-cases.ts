/** What hooks on files saw, and what rules read. */
import {
  numberArgument as number,
  pathArgument as path,
  textArgument as text,
} from '../../../../support/source-events.ts';
import type { TranslationCase } from './translation-case.ts';

const entry = { dir: path('/srv/www'), name: text('x.php') };

export const FILE_CASES: readonly TranslationCase[] = [
  {
    of: 'an open for writing',
    source: 'file_open',
    call: 'file_open',
    args: { path: path('/etc/passwd', 0o100644), flags: number(0o101102), inode: number(7) },
    facts: {
      ...{ 'file.path': '/etc/passwd', 'file.flags': ['read', 'write', 'create', 'truncate'] },
      ...{ 'file.mode': 0o100644, 'file.inode': 7 },
    },
  },
  {
    of: 'an open by the kernel of what it executes',
    source: 'file_open',
    call: 'file_open',
    args: { path: path('/bin/sh', 0o100755), flags: number(0o100040) },
    facts: { 'file.path': '/bin/sh', 'file.flags': ['read', 'exec'], 'file.mode': 0o100755 },
  },
  {
    of: 'a system call that says no flags',
    source: 'file_open',
    call: 'sys_openat2',
    args: { path: text('shadow') },
    facts: { 'file.path': 'shadow' },
  },
  {
    of: 'a system call that has its flags in its name',
    source: 'file_open',
    call: 'sys_creat',
    args: { path: text('/x') },
    facts: { 'file.path': '/x', 'file.flags': ['write', 'create', 'truncate'] },
  },
  {
    of: 'a file that is made',
    source: 'file_create',
    call: 'path_mknod',
    args: { ...entry, mode: number(0o100600) },
    facts: { 'file.path': '/srv/www/x.php', 'file.mode': 0o100600 },
  },
  {
    of: 'a file that is removed from the root',
    source: 'file_unlink',
    call: 'path_unlink',
    args: { dir: path('/'), name: text('x') },
    facts: { 'file.path': '/x' },
  },
  {
    of: 'a directory without a name',
    source: 'file_mkdir',
    call: 'path_mkdir',
    args: { dir: { kind: 'unreadable' }, name: text('x') },
    facts: {},
  },
  {
    of: 'a rename',
    source: 'file_rename',
    call: 'path_rename',
    args: { old_dir: path('/tmp'), old_name: text('a'), dir: path('/etc'), name: text('b') },
    facts: { 'file.path': '/etc/b', 'file.old_path': '/tmp/a' },
  },
  {
    of: 'a second name on another mount than the root',
    source: 'file_link',
    call: 'path_link',
    args: {
      ...{ old_within: path('/sub/key'), dir: path('/mnt/x'), dir_within: path('/x') },
      name: text('copy'),
    },
    facts: { 'file.path': '/mnt/x/copy', 'file.old_path': '/mnt/sub/key' },
  },
  {
    of: 'a symbolic link',
    source: 'file_symlink',
    call: 'path_symlink',
    args: { ...entry, target: text('/etc/shadow') },
    facts: { 'file.path': '/srv/www/x.php', 'file.target': '/etc/shadow' },
  },
  {
    of: 'another mode, with the type of the file',
    source: 'file_mode',
    call: 'path_chmod',
    args: { path: path('/bin/x', 0o100755), mode: number(0o4755) },
    facts: { 'file.path': '/bin/x', 'file.mode': 0o104755 },
  },
  {
    of: 'another owner and the same group',
    source: 'file_owner',
    call: 'path_chown',
    args: {
      ...{ path: path('/bin/x', 0o100755), uid: { kind: 'uint', value: 0 } },
      gid: { kind: 'uint', value: 0xffff_ffff },
    },
    facts: { 'file.path': '/bin/x', 'file.mode': 0o100755, 'file.uid': 0 },
  },
  {
    of: 'a mount',
    source: 'file_mount',
    call: 'sb_mount',
    args: {
      ...{ source: text('/dev/sda'), path: path('/mnt'), filesystem: text('ext4') },
      flags: { kind: 'size', value: 4097n },
    },
    facts: {
      ...{ 'file.path': '/mnt', 'file.filesystem': 'ext4', 'mount.source': '/dev/sda' },
      'mount.flags': ['readonly', 'bind'],
    },
  },
  {
    of: 'a mount that is put into its place',
    source: 'file_mount',
    call: 'move_mount',
    args: { path: path('/mnt'), filesystem: text('tmpfs') },
    facts: { 'file.path': '/mnt', 'file.filesystem': 'tmpfs', 'mount.flags': ['move'] },
  },
  {
    of: 'a file that is mapped executable',
    source: 'process_mapping',
    call: 'mmap_file',
    args: { path: path('/lib/x.so', 0o100644), protection: number(5) },
    facts: { 'file.path': '/lib/x.so', 'file.mode': 0o100644 },
  },
  {
    of: 'memory without a file that is mapped executable',
    source: 'process_mapping',
    call: 'mmap_file',
    args: { path: { kind: 'unreadable' }, protection: number(5) },
    facts: undefined,
  },
];
