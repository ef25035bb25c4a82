/** Sources of what processes do to themselves and to each other. */
import { NAMESPACE_FLAGS } from './kernel-flags.ts';
import type { Source, SourceHook } from './source.ts';
import { arg, securityWays, syscallWay } from './source-ways.ts';

/** PTRACE_MODE_ATTACH: more than looking. */
const MODE_ATTACH = 2;

/** PTRACE_MODE_REALCREDS: asked for by a call, not by opening a file of /proc. */
const MODE_REAL = 0x10;

/** PTRACE_TRACEME, PTRACE_ATTACH and PTRACE_SEIZE. */
const ATTACHING: readonly number[] = [0, 16, 0x4206];

const TARGET = 'tgid';

const PTRACE: Source = {
  name: 'process_ptrace',
  class: 'process.ptrace',
  ways: [
    ...securityWays([
      {
        call: 'ptrace_access_check',
        arguments: [arg(0, 'int', 'target', TARGET), arg(1, 'uint32', 'mode')],
        conditions: [{ labels: ['mode'], operator: 'Mask', values: [MODE_ATTACH] }],
        pushes: [
          { field: 'ptrace.request', label: 'mode', kind: 'bits', bits: { attach: MODE_REAL } },
        ],
      },
      {
        call: 'ptrace_traceme',
        arguments: [arg(0, 'int', 'target', TARGET)],
        syscall: 'ptrace',
        means: 'traceme',
      },
    ]),
    syscallWay([
      {
        call: 'sys_ptrace',
        arguments: [arg(0, 'size_t', 'request'), arg(1, 'int', 'target')],
        conditions: [{ labels: ['request'], operator: 'Equal', values: ATTACHING }],
      },
    ]),
  ],
};

/** Of the file system below /proc. */
const PROC_MAGIC = 0x9fa0;

const MEMORY: readonly Source[] = [
  {
    name: 'process_memory_file',
    class: 'process.memory',
    ways: [
      ...securityWays([
        {
          call: 'file_open',
          arguments: [
            arg(0, 'file', 'path'),
            arg(0, 'uint32', 'flags', 'f_flags'),
            arg(0, 'size_t', 'magic', 'f_inode.i_sb.s_magic'),
            arg(0, 'string', 'name', 'f_path.dentry.d_name.name'),
          ],
          conditions: [
            { labels: ['flags'], operator: 'Mask', values: [3] },
            { labels: ['magic'], operator: 'Equal', values: [PROC_MAGIC] },
            { labels: ['name'], operator: 'Equal', values: ['mem'] },
          ],
        },
      ]),
      syscallWay([
        {
          call: 'sys_openat',
          arguments: [arg(1, 'string', 'path'), arg(2, 'int', 'flags')],
          conditions: [
            { labels: ['flags'], operator: 'Mask', values: [3] },
            { labels: ['path'], operator: 'Postfix', values: ['/mem'] },
          ],
        },
      ]),
    ],
  },
  {
    name: 'process_memory_call',
    class: 'process.memory',
    ways: [
      {
        kind: 'syscall',
        hooks: [
          {
            call: 'sys_process_vm_writev',
            arguments: [arg(0, 'int', 'target')],
            syscall: 'process_vm_writev',
          },
        ],
      },
    ],
  },
];

/** What is about to be replaced, of the running thread. */
const OLD_CREDENTIALS = arg(0, 'cred', 'old', 'cred');

const CAPSET: SourceHook = {
  call: 'capset',
  arguments: [
    arg(0, 'cred', 'new'),
    arg(1, 'cred', 'old'),
    arg(1, 'cap_effective', 'old_set', 'cap_effective'),
    arg(0, 'cap_effective', 'new_set', 'cap_effective'),
  ],
  conditions: [{ labels: ['old_set', 'new_set'], operator: 'CapabilitiesGained' }],
  syscall: 'capset',
};

const CREDENTIALS: Source = {
  name: 'process_credentials',
  class: 'process.credentials',
  ways: [
    {
      kind: 'function',
      hooks: [
        // The kernel comes by when it puts credentials of another user in force, whoever asked.
        // Those of an executed file are told with that.
        {
          call: 'key_fsuid_changed',
          arguments: [arg(0, 'cred', 'new')],
          data: [OLD_CREDENTIALS, arg(0, 'int', 'executing', 'fs.in_exec')],
          conditions: [{ labels: ['executing'], operator: 'Equal', values: [0] }],
        },
        { ...CAPSET, call: 'security_capset' },
      ],
    },
    ...securityWays([
      { call: 'task_fix_setuid', arguments: [arg(0, 'cred', 'new'), arg(1, 'cred', 'old')] },
      CAPSET,
    ]),
    syscallWay([
      { call: 'sys_setuid', arguments: [arg(0, 'uint32', 'uid')] },
      { call: 'sys_setreuid', arguments: [arg(1, 'uint32', 'uid')] },
      { call: 'sys_setresuid', arguments: [arg(1, 'uint32', 'uid')] },
    ]),
  ],
};

const KINDS = Object.values(NAMESPACE_FLAGS).reduce((all, bit) => all | bit, 0);

/** A flag for each kind, of which one has to be there. */
function flagsHook(call: string, syscall: string): SourceHook {
  return {
    call,
    arguments: [arg(0, 'size_t', 'flags')],
    conditions: [{ labels: ['flags'], operator: 'Mask', values: [KINDS] }],
    syscall,
  };
}

/** Functions of the kinds of namespaces that are called when one of them is entered. */
const INSTALLERS: Readonly<Record<string, string>> = {
  ...{ mnt: 'mntns_install', pid: 'pidns_install', net: 'netns_install', user: 'userns_install' },
  ...{ uts: 'utsns_install', ipc: 'ipcns_install', cgroup: 'cgroupns_install' },
  time: 'timens_install',
};

const NAMESPACE: Source = {
  name: 'process_namespace',
  class: 'process.namespace',
  ways: [
    {
      kind: 'function',
      hooks: [
        flagsHook('unshare_nsproxy_namespaces', 'unshare'),
        flagsHook('copy_namespaces', 'clone'),
        ...Object.entries(INSTALLERS).map(
          ([means, call]): SourceHook => ({
            ...{ call, means, arguments: [], syscall: 'setns', isOptional: true },
          }),
        ),
      ],
    },
    syscallWay([
      { ...flagsHook('sys_unshare', 'unshare'), arguments: [arg(0, 'int', 'flags')] },
      { call: 'sys_setns', arguments: [arg(1, 'int', 'flags')] },
    ]),
  ],
};

/** What the kernel calls a file that lives in memory only. */
const MEMFD_PREFIX = 'memfd:';

function memfdHook(call: string): SourceHook {
  return {
    call,
    arguments: [arg(0, 'string', 'memfd')],
    conditions: [{ labels: ['memfd'], operator: 'Prefix', values: [MEMFD_PREFIX] }],
    syscall: 'memfd_create',
  };
}

const SIGNAL: SourceHook = {
  call: 'task_kill',
  arguments: [arg(0, 'int', 'target', TARGET), arg(2, 'int', 'signal')],
  pushes: [{ field: 'signal.number', label: 'signal', kind: 'number' }],
};

/** PROT_EXEC. */
const EXECUTABLE = 4;

const MAPPING: SourceHook = {
  call: 'mmap_file',
  arguments: [arg(0, 'file', 'path'), arg(2, 'size_t', 'protection')],
  conditions: [{ labels: ['protection'], operator: 'Mask', values: [EXECUTABLE] }],
  pushes: [{ field: 'file.path', label: 'path', kind: 'text' }],
};

/** All of them, but exec and exit, of which every agent is told. */
export const PROCESS_SOURCES: readonly Source[] = [
  CREDENTIALS,
  PTRACE,
  ...MEMORY,
  {
    name: 'process_signal',
    class: 'process.signal',
    ways: [
      ...securityWays([SIGNAL]),
      syscallWay([
        {
          ...SIGNAL,
          call: 'sys_kill',
          arguments: [arg(0, 'int', 'target'), arg(1, 'int', 'signal')],
        },
        {
          ...SIGNAL,
          call: 'sys_tgkill',
          arguments: [arg(0, 'int', 'target'), arg(2, 'int', 'signal')],
        },
      ]),
    ],
  },
  NAMESPACE,
  {
    name: 'process_memfd',
    class: 'process.memfd',
    ways: [
      {
        kind: 'function',
        hooks: [
          memfdHook('shmem_file_setup'),
          { ...memfdHook('hugetlb_file_setup'), isOptional: true },
        ],
      },
      syscallWay([{ call: 'sys_memfd_create', arguments: [arg(0, 'string', 'memfd')] }]),
    ],
  },
  {
    name: 'process_io_uring',
    class: 'process.io_uring',
    ways: [
      {
        kind: 'function',
        hooks: [{ call: 'io_sq_offload_create', arguments: [], syscall: 'io_uring_setup' }],
      },
      syscallWay([{ call: 'sys_io_uring_setup', arguments: [] }]),
    ],
  },
  { name: 'process_mapping', class: 'process.mapping', ways: securityWays([MAPPING]) },
];
