/**
 * Where events of each class come from: hooks on objects of the kernel, with what is read there.
 * They are policies like those of users, of names that users cannot give, and share their programs.
 */
import type { EventClass } from '../../../model/event-class.ts';

/** One argument of a hook; its label is what the translation reads it by. */
export interface SourceArgument {
  readonly label: string;
  readonly index: number;
  readonly type: string;
  /** Path of members from the argument. */
  readonly resolve?: string;
}

/** A hook, in the ways it can be attached, the best first. */
export interface SourceHook {
  /** Name of the source, unique. */
  readonly name: string;
  readonly classes: readonly EventClass[];
  /** Of LSM; the function `security_…` of the same name is the second way. */
  readonly lsm?: string;
  /** A function of the kernel, or a system call. */
  readonly call?: string;
  readonly isSyscall?: true;
  readonly arguments: readonly SourceArgument[];
  /** YAML of selectors that leave out what no rule can want. */
  readonly selectors?: string;
  /** The event is about what the function returned, a socket. */
  readonly returnsSocket?: true;
}

const arg = (index: number, type: string, label: string, resolve?: string): SourceArgument => {
  return resolve === undefined ? { index, type, label } : { index, type, label, resolve };
};

/** Bit of a ptrace access that is more than looking. */
const PTRACE_ATTACH = 2;

/** SOCK_RAW. */
const RAW = 3;

/** All sources. */
export const SOURCES: readonly SourceHook[] = [
  {
    name: 'file_open',
    classes: ['file.open'],
    lsm: 'file_open',
    arguments: [arg(0, 'file', 'path'), arg(0, 'uint32', 'flags', 'f_flags')],
  },
  {
    name: 'open_call',
    classes: ['file.open'],
    call: 'sys_openat',
    isSyscall: true,
    arguments: [arg(1, 'string', 'path'), arg(2, 'int', 'flags')],
  },
  {
    name: 'path_mknod',
    classes: ['file.create'],
    lsm: 'path_mknod',
    arguments: [arg(0, 'path', 'dir'), arg(1, 'dentry', 'name'), arg(2, 'uint16', 'mode')],
  },
  {
    name: 'path_mkdir',
    classes: ['file.mkdir'],
    lsm: 'path_mkdir',
    arguments: [arg(0, 'path', 'dir'), arg(1, 'dentry', 'name'), arg(2, 'uint16', 'mode')],
  },
  {
    name: 'path_rmdir',
    classes: ['file.rmdir'],
    lsm: 'path_rmdir',
    arguments: [arg(0, 'path', 'dir'), arg(1, 'dentry', 'name')],
  },
  {
    name: 'path_unlink',
    classes: ['file.unlink'],
    lsm: 'path_unlink',
    arguments: [arg(0, 'path', 'dir'), arg(1, 'dentry', 'name')],
  },
  {
    name: 'path_symlink',
    classes: ['file.symlink'],
    lsm: 'path_symlink',
    arguments: [arg(0, 'path', 'dir'), arg(1, 'dentry', 'name'), arg(2, 'string', 'target')],
  },
  {
    name: 'path_link',
    classes: ['file.link'],
    lsm: 'path_link',
    arguments: [arg(0, 'dentry', 'old_name'), arg(1, 'path', 'dir'), arg(2, 'dentry', 'name')],
  },
  {
    name: 'path_rename',
    classes: ['file.rename'],
    lsm: 'path_rename',
    arguments: [
      arg(0, 'path', 'old_dir'),
      arg(1, 'dentry', 'old_name'),
      arg(2, 'path', 'dir'),
      arg(3, 'dentry', 'name'),
    ],
  },
  {
    name: 'path_chmod',
    classes: ['file.mode'],
    lsm: 'path_chmod',
    arguments: [arg(0, 'path', 'path'), arg(1, 'uint16', 'mode')],
  },
  {
    name: 'path_chown',
    classes: ['file.owner'],
    lsm: 'path_chown',
    arguments: [arg(0, 'path', 'path')],
  },
  {
    name: 'sb_mount',
    classes: ['file.mount'],
    lsm: 'sb_mount',
    arguments: [
      arg(0, 'string', 'source'),
      arg(1, 'path', 'path'),
      arg(2, 'string', 'filesystem'),
      arg(3, 'size_t', 'flags'),
    ],
  },
  {
    name: 'socket_connect',
    classes: ['network.connect'],
    lsm: 'socket_connect',
    arguments: [arg(0, 'socket', 'socket'), arg(1, 'sockaddr', 'address')],
  },
  {
    name: 'socket_bind',
    classes: ['network.bind'],
    lsm: 'socket_bind',
    arguments: [arg(0, 'socket', 'socket'), arg(1, 'sockaddr', 'address')],
  },
  {
    name: 'socket_listen',
    classes: ['network.listen'],
    lsm: 'socket_listen',
    arguments: [arg(0, 'socket', 'socket')],
  },
  {
    name: 'socket_accept',
    classes: ['network.accept'],
    call: 'inet_csk_accept',
    arguments: [],
    returnsSocket: true,
  },
  {
    name: 'socket_create',
    classes: ['network.socket'],
    lsm: 'socket_create',
    arguments: [arg(0, 'int', 'family'), arg(1, 'int', 'type'), arg(2, 'int', 'protocol')],
    // Ordinary sockets say what they are when they are connected or bound.
    selectors: `[{matchArgs: [{index: 1, operator: Equal, values: [${RAW}]}]}]`,
  },
  {
    name: 'module_init',
    classes: ['kernel.module'],
    call: 'do_init_module',
    arguments: [arg(0, 'module', 'module')],
  },
  {
    name: 'bpf',
    classes: ['kernel.bpf'],
    lsm: 'bpf',
    arguments: [arg(0, 'bpf_cmd', 'command')],
    // The commands that make something: 0 a map, 5 a program, 18 a type description, 28 a link.
    selectors: '[{matchArgs: [{index: 0, operator: Equal, values: [0, 5, 28]}]}]',
  },
  {
    name: 'ptrace_access_check',
    classes: ['process.ptrace'],
    lsm: 'ptrace_access_check',
    arguments: [arg(0, 'int', 'target', 'tgid'), arg(1, 'uint32', 'mode')],
    selectors: `[{matchArgs: [{index: 1, operator: Mask, values: [${PTRACE_ATTACH}]}]}]`,
  },
  {
    name: 'ptrace_traceme',
    classes: ['process.ptrace'],
    lsm: 'ptrace_traceme',
    arguments: [arg(0, 'int', 'target', 'tgid')],
  },
  {
    name: 'process_vm_writev',
    classes: ['process.memory'],
    call: 'sys_process_vm_writev',
    isSyscall: true,
    arguments: [arg(0, 'int', 'target')],
  },
  {
    name: 'task_kill',
    classes: ['process.signal'],
    lsm: 'task_kill',
    arguments: [arg(0, 'int', 'target', 'tgid'), arg(2, 'int', 'signal')],
  },
  {
    name: 'task_fix_setuid',
    classes: ['process.credentials'],
    lsm: 'task_fix_setuid',
    arguments: [arg(0, 'uint32', 'new_uid', 'uid.val'), arg(1, 'uint32', 'old_uid', 'uid.val')],
  },
  {
    name: 'unshare',
    classes: ['process.namespace'],
    call: 'sys_unshare',
    isSyscall: true,
    arguments: [arg(0, 'int', 'flags')],
  },
  {
    name: 'setns',
    classes: ['process.namespace'],
    call: 'sys_setns',
    isSyscall: true,
    arguments: [arg(1, 'int', 'flags')],
  },
  {
    name: 'memfd_create',
    classes: ['process.memfd'],
    call: 'sys_memfd_create',
    isSyscall: true,
    arguments: [arg(0, 'string', 'path')],
  },
  {
    name: 'io_uring_setup',
    classes: ['process.io_uring'],
    call: 'sys_io_uring_setup',
    isSyscall: true,
    arguments: [arg(0, 'int', 'entries')],
  },
];

/** Sources that are used only where another one does not work. */
export const FALLBACKS: Readonly<Record<string, string>> = { file_open: 'open_call' };
