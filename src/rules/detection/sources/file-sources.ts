/** Sources of what is done with files. */
import type { Push, Source, SourceArgument, SourceHook } from './source.ts';
import { arg, securityWays, syscallWay } from './source-ways.ts';

/** O_WRONLY and O_RDWR; O_CREAT and O_TRUNC, which also change what is there. */
const OPEN_BITS: Readonly<Record<string, number>> = {
  write: 0o3,
  create: 0o100,
  truncate: 0o1000,
  append: 0o2000,
};

const OPEN_FLAGS: Push = {
  field: 'file.flags',
  label: 'flags',
  kind: 'bits',
  bits: OPEN_BITS,
};

const PATH: Push = { field: 'file.path', label: 'path', kind: 'text' };
const NAME: Push = { field: 'file.path', label: 'name', kind: 'name' };

const LAST_NAME = 'd_name.name';

/** A directory, and the name in it that is about to be made or removed. */
const ENTRY: readonly SourceArgument[] = [
  arg(0, 'path', 'dir'),
  arg(1, 'string', 'name', LAST_NAME),
];

function entryHook(call: string, ...more: readonly SourceArgument[]): SourceHook {
  return { call, arguments: [...ENTRY, ...more], pushes: [NAME] };
}

/** Calls that name a file by a text; `at`: its place. */
function pathCall(call: string, at: number, ...more: readonly SourceArgument[]): SourceHook {
  return { call: `sys_${call}`, arguments: [arg(at, 'string', 'path'), ...more] };
}

const OPEN: Source = {
  name: 'file_open',
  class: 'file.open',
  ways: [
    ...securityWays([
      {
        call: 'file_open',
        arguments: [
          arg(0, 'file', 'path'),
          arg(0, 'uint32', 'flags', 'f_flags'),
          { ...arg(0, 'size_t', 'inode', 'f_inode.i_ino'), onlyFor: 'file.inode' },
          { ...arg(0, 'uint32', 'device', 'f_inode.i_sb.s_dev'), onlyFor: 'file.device' },
          {
            ...arg(0, 'string', 'filesystem', 'f_inode.i_sb.s_type.name'),
            onlyFor: 'file.filesystem',
          },
        ],
        pushes: [PATH, OPEN_FLAGS],
      },
    ]),
    syscallWay([
      { ...pathCall('openat', 1, arg(2, 'int', 'flags')), pushes: [OPEN_FLAGS] },
      {
        ...pathCall('open', 0, arg(1, 'int', 'flags')),
        pushes: [OPEN_FLAGS],
        isOptional: true,
      },
      pathCall('openat2', 1),
      { ...pathCall('creat', 0), means: 'creat', isOptional: true },
    ]),
  ],
};

const RENAME: Source = {
  name: 'file_rename',
  class: 'file.rename',
  ways: [
    ...securityWays([
      {
        call: 'path_rename',
        arguments: [
          arg(0, 'path', 'old_dir'),
          arg(1, 'string', 'old_name', LAST_NAME),
          arg(2, 'path', 'dir'),
          arg(3, 'string', 'name', LAST_NAME),
        ],
        pushes: [NAME, { field: 'file.old_path', label: 'old_name', kind: 'name' }],
      },
    ]),
    syscallWay([
      pathCall('renameat2', 3, arg(1, 'string', 'old_path')),
      pathCall('renameat', 3, arg(1, 'string', 'old_path')),
      { ...pathCall('rename', 1, arg(0, 'string', 'old_path')), isOptional: true },
    ]),
  ],
};

const LINK: Source = {
  name: 'file_link',
  class: 'file.link',
  ways: [
    ...securityWays([
      {
        call: 'path_link',
        arguments: [
          // The first name comes without its mount, which is that of the directory.
          arg(0, 'dentry', 'old_within'),
          arg(1, 'path', 'dir'),
          arg(1, 'dentry', 'dir_within', 'dentry'),
          arg(2, 'string', 'name', LAST_NAME),
        ],
        pushes: [NAME],
      },
    ]),
    syscallWay([
      pathCall('linkat', 3, arg(1, 'string', 'old_path')),
      { ...pathCall('link', 1, arg(0, 'string', 'old_path')), isOptional: true },
    ]),
  ],
};

const SYMLINK: Source = {
  name: 'file_symlink',
  class: 'file.symlink',
  ways: [
    ...securityWays([
      {
        call: 'path_symlink',
        arguments: [...ENTRY, arg(2, 'string', 'target')],
        pushes: [NAME, { field: 'file.target', label: 'target', kind: 'text' }],
      },
    ]),
    syscallWay([
      pathCall('symlinkat', 2, arg(0, 'string', 'target')),
      { ...pathCall('symlink', 1, arg(0, 'string', 'target')), isOptional: true },
    ]),
  ],
};

const MODE: Source = {
  name: 'file_mode',
  class: 'file.mode',
  ways: [
    ...securityWays([
      {
        call: 'path_chmod',
        arguments: [arg(0, 'path', 'path'), arg(1, 'uint16', 'mode')],
        pushes: [PATH],
      },
    ]),
    syscallWay([
      pathCall('fchmodat', 1, arg(2, 'uint16', 'mode')),
      { ...pathCall('chmod', 0, arg(1, 'uint16', 'mode')), isOptional: true },
      { call: 'sys_fchmod', arguments: [arg(0, 'fd', 'path'), arg(1, 'uint16', 'mode')] },
    ]),
  ],
};

const OWNER: Source = {
  name: 'file_owner',
  class: 'file.owner',
  ways: [
    ...securityWays([
      {
        call: 'path_chown',
        arguments: [arg(0, 'path', 'path'), arg(1, 'uint32', 'uid'), arg(2, 'uint32', 'gid')],
        pushes: [PATH],
      },
    ]),
    syscallWay([
      pathCall('fchownat', 1, arg(2, 'uint32', 'uid'), arg(3, 'uint32', 'gid')),
      {
        ...pathCall('chown', 0, arg(1, 'uint32', 'uid'), arg(2, 'uint32', 'gid')),
        isOptional: true,
      },
      {
        ...pathCall('lchown', 0, arg(1, 'uint32', 'uid'), arg(2, 'uint32', 'gid')),
        isOptional: true,
      },
      {
        call: 'sys_fchown',
        arguments: [arg(0, 'fd', 'path'), arg(1, 'uint32', 'uid'), arg(2, 'uint32', 'gid')],
      },
    ]),
  ],
};

const MOUNT: Source = {
  name: 'file_mount',
  class: 'file.mount',
  ways: [
    ...securityWays([
      {
        call: 'sb_mount',
        arguments: [
          arg(0, 'string', 'source'),
          arg(1, 'path', 'path'),
          arg(2, 'string', 'filesystem'),
          arg(3, 'size_t', 'flags'),
        ],
      },
      {
        call: 'move_mount',
        arguments: [
          arg(1, 'path', 'path'),
          arg(0, 'string', 'filesystem', 'mnt.mnt_sb.s_type.name'),
        ],
        means: 'move',
      },
    ]),
    syscallWay([
      pathCall(
        'mount',
        1,
        arg(0, 'string', 'source'),
        arg(2, 'string', 'filesystem'),
        arg(3, 'size_t', 'flags'),
      ),
    ]),
  ],
};

const AT_REMOVEDIR = 0x200;

/** All of them. */
export const FILE_SOURCES: readonly Source[] = [
  OPEN,
  {
    name: 'file_create',
    class: 'file.create',
    ways: [
      ...securityWays([entryHook('path_mknod', arg(2, 'uint16', 'mode'))]),
      syscallWay([
        pathCall('mknodat', 1, arg(2, 'uint16', 'mode')),
        { ...pathCall('mknod', 0, arg(1, 'uint16', 'mode')), isOptional: true },
        {
          ...pathCall('openat', 1, arg(2, 'int', 'flags')),
          conditions: [{ labels: ['flags'], operator: 'Mask', values: [OPEN_BITS['create'] ?? 0] }],
        },
        { ...pathCall('creat', 0), isOptional: true },
      ]),
    ],
  },
  {
    name: 'file_mkdir',
    class: 'file.mkdir',
    ways: [
      ...securityWays([entryHook('path_mkdir', arg(2, 'uint16', 'mode'))]),
      syscallWay([
        pathCall('mkdirat', 1, arg(2, 'uint16', 'mode')),
        { ...pathCall('mkdir', 0, arg(1, 'uint16', 'mode')), isOptional: true },
      ]),
    ],
  },
  {
    name: 'file_rmdir',
    class: 'file.rmdir',
    ways: [
      ...securityWays([entryHook('path_rmdir')]),
      syscallWay([
        {
          ...pathCall('unlinkat', 1, arg(2, 'int', 'flags')),
          conditions: [{ labels: ['flags'], operator: 'Mask', values: [AT_REMOVEDIR] }],
        },
        { ...pathCall('rmdir', 0), isOptional: true },
      ]),
    ],
  },
  {
    name: 'file_unlink',
    class: 'file.unlink',
    ways: [
      ...securityWays([entryHook('path_unlink')]),
      syscallWay([
        {
          ...pathCall('unlinkat', 1, arg(2, 'int', 'flags')),
          conditions: [
            { labels: ['flags'], operator: 'CelExpr', values: [`and(arg0, ${AT_REMOVEDIR}) == 0`] },
          ],
        },
        { ...pathCall('unlink', 0), isOptional: true },
      ]),
    ],
  },
  RENAME,
  LINK,
  SYMLINK,
  MODE,
  OWNER,
  MOUNT,
];
