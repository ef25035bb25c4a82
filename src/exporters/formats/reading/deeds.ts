/** What was done, by the hook that saw it: formats have classes for deeds, not for functions. */
import { EVENT_CLASSES, type EventClass, isEventClass } from '../../../model/event-class.ts';

const more = {
  'file.read': 'a file was read',
  'file.write': 'a file was written',
  'file.other': 'something was done with a file',
  'network.close': 'a connection was closed',
  'network.other': 'something was done with a socket',
  hook: 'a policy matched',
  enrichment: 'the pod of an earlier event became known',
  finding: 'a rule matched',
  alert: 'somebody is to be told',
  response: 'a finding was answered',
  health: 'the agent told of itself',
  policy_status: 'a policy changed its state',
  generic: 'a message of a shape that is not known',
} as const;

export type Deed = EventClass | keyof typeof more;

/** All deeds with a sentence each. */
export const DEEDS: Readonly<Record<Deed, string>> = { ...EVENT_CLASSES, ...more };

/** By function of the kernel; LSM hooks without `security_`, calls as `sys_`. */
const FUNCTIONS: Readonly<Record<string, Deed>> = {
  ...all('process.exec', ['bprm_check', 'bprm_check_security', 'bprm_creds_for_exec']),
  ...all('process.exec', ['sys_execve', 'sys_execveat']),
  ...all('process.ptrace', ['ptrace_access_check', 'sys_ptrace']),
  ...all('process.signal', ['task_kill', 'sys_kill', 'sys_tgkill', 'sys_tkill']),
  ...all('process.mapping', ['mmap_file', 'sys_mmap', 'file_mprotect', 'sys_mprotect']),
  ...all('file.open', ['file_open', 'fd_install', 'do_filp_open', 'do_sys_openat2']),
  ...all('file.open', ['sys_open', 'sys_openat', 'sys_openat2']),
  ...all('file.read', ['sys_read', 'sys_pread64', 'sys_readv', 'vfs_read']),
  ...all('file.write', ['sys_write', 'sys_pwrite64', 'sys_writev', 'vfs_write']),
  ...all('file.write', ['path_truncate', 'file_truncate', 'sys_truncate', 'sys_ftruncate']),
  ...all('file.create', ['path_mknod', 'inode_create', 'sys_creat', 'sys_mknod', 'sys_mknodat']),
  ...all('file.mkdir', ['path_mkdir', 'inode_mkdir', 'sys_mkdir', 'sys_mkdirat']),
  ...all('file.rmdir', ['path_rmdir', 'inode_rmdir', 'sys_rmdir']),
  ...all('file.unlink', ['path_unlink', 'inode_unlink', 'vfs_unlink']),
  ...all('file.unlink', ['sys_unlink', 'sys_unlinkat']),
  ...all('file.rename', ['path_rename', 'inode_rename', 'vfs_rename']),
  ...all('file.rename', ['sys_rename', 'sys_renameat', 'sys_renameat2']),
  ...all('file.link', ['path_link', 'inode_link', 'sys_link', 'sys_linkat']),
  ...all('file.symlink', ['path_symlink', 'inode_symlink', 'sys_symlink', 'sys_symlinkat']),
  ...all('file.mode', ['path_chmod', 'sys_chmod', 'sys_fchmod', 'sys_fchmodat']),
  ...all('file.owner', ['path_chown', 'sys_chown', 'sys_fchown', 'sys_lchown', 'sys_fchownat']),
  ...all('file.mount', ['sb_mount', 'move_mount', 'sys_mount', 'sys_move_mount']),
  ...all('network.socket', ['socket_create', 'sys_socket']),
  ...all('network.connect', ['socket_connect', 'tcp_connect', 'tcp_v4_connect', 'tcp_v6_connect']),
  ...all('network.connect', ['sys_connect']),
  ...all('network.accept', ['socket_accept', 'inet_csk_accept', 'sys_accept', 'sys_accept4']),
  ...all('network.bind', ['socket_bind', 'sys_bind']),
  ...all('network.listen', ['socket_listen', 'inet_listen', 'sys_listen']),
  ...all('network.close', ['tcp_close', 'inet_release']),
  ...all('network.send', ['socket_sendmsg', 'tcp_sendmsg', 'udp_sendmsg', 'udpv6_sendmsg']),
  ...all('network.send', ['sys_sendto', 'sys_sendmsg', 'ip_output']),
  ...all('kernel.module', ['kernel_module_request', 'sys_init_module', 'sys_finit_module']),
  ...all('kernel.module', ['kernel_read_file', 'module:module_load', 'do_init_module']),
  ...all('kernel.bpf', ['bpf', 'bpf_check', 'bpf_prog', 'bpf_map_alloc', 'sys_bpf']),
};

function all(deed: Deed, functions: readonly string[]): Readonly<Record<string, Deed>> {
  return Object.fromEntries(functions.map((name) => [name, deed]));
}

const PREFIXES = ['__x64_', '__arm64_', '__ia32_', '__riscv_', 'security_'] as const;
const TRACEPOINTS = ['sys_enter_', 'sys_exit_'] as const;

/** The deed; undefined for functions that could mean anything. */
export function deedOfFunction(name: string): Deed | undefined {
  const prefix = PREFIXES.find((known) => name.startsWith(known)) ?? '';
  const tracepoint = TRACEPOINTS.find((known) => name.startsWith(known));
  const plain =
    tracepoint === undefined ? name.slice(prefix.length) : `sys_${name.slice(tracepoint.length)}`;
  return Object.hasOwn(FUNCTIONS, plain) ? FUNCTIONS[plain] : undefined;
}

const MAY_WRITE = 2;
const MAY_READ = 4;

/** Of `security_file_permission`, whose second argument says it. */
export function deedOfPermission(mask: unknown): Deed {
  if (typeof mask !== 'number') return 'file.other';
  if (mask & MAY_WRITE) return 'file.write';
  return mask & MAY_READ ? 'file.read' : 'file.other';
}

/** The class of an event that detections looked at. */
export function deedOfClass(value: unknown): Deed {
  return typeof value === 'string' && isEventClass(value) ? value : 'generic';
}
