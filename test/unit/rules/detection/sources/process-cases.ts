/** What hooks on processes and the kernel saw, and what rules read. */
import type { HookEvent, Process } from '../../../../../src/model/event.ts';
import { aProcess, ROOT_CREDENTIALS } from '../../../../support/events.ts';
import {
  numberArgument as number,
  pathArgument as path,
  textArgument as text,
} from '../../../../support/source-events.ts';
import type { TranslationCase } from './translation-case.ts';

/** The process that something is done to. */
export const TARGET: Process = aProcess({
  tgid: 77,
  binary: '/usr/sbin/sshd',
  argv: ['sshd', '-D'],
});

const USER = { ...ROOT_CREDENTIALS, euid: 1000, capEffective: 1n };
const USER_NAMESPACE = { level: 0, uid: 0, gid: 0, inum: 0 };
const cred = (credentials: typeof ROOT_CREDENTIALS): HookEvent['args'][number]['value'] => ({
  ...{ kind: 'cred', credentials, userNamespace: USER_NAMESPACE },
});

const MODULE = { kind: 'module', name: 'dummy', isSigned: true, taints: 0n } as const;

const target = {
  ...{ 'target.pid': 77, 'target.exe.path': '/usr/sbin/sshd', 'target.cmdline': 'sshd -D' },
};

export const PROCESS_CASES: readonly TranslationCase[] = [
  {
    of: 'a process that attaches',
    source: 'process_ptrace',
    call: 'ptrace_access_check',
    args: { target: number(77), mode: number(0x12) },
    facts: { ...target, 'ptrace.request': 'attach' },
  },
  {
    of: 'a process whose memory is opened',
    source: 'process_ptrace',
    call: 'ptrace_access_check',
    args: { target: number(78), mode: number(0x0a) },
    facts: { 'target.pid': 78, 'ptrace.request': 'read' },
  },
  {
    of: 'a process that lets its parent attach',
    source: 'process_ptrace',
    call: 'ptrace_traceme',
    args: { target: number(77) },
    facts: { ...target, 'ptrace.request': 'traceme' },
  },
  {
    of: 'memory that is opened for writing',
    source: 'process_memory_file',
    call: 'file_open',
    args: { path: path('/proc/77/task/78/mem'), flags: number(1) },
    facts: { ...target, 'file.path': '/proc/77/task/78/mem' },
  },
  {
    of: 'a signal',
    source: 'process_signal',
    call: 'task_kill',
    args: { target: number(77), signal: number(9) },
    facts: { ...target, 'signal.number': 9 },
  },
  {
    of: 'another user',
    source: 'process_credentials',
    call: 'key_fsuid_changed',
    args: { new: cred(ROOT_CREDENTIALS), old: cred(USER) },
    facts: {
      ...{ 'credentials.old_uid': 1000, 'credentials.new_uid': 0 },
      'credentials.gained': ['CAP_SYS_ADMIN'],
    },
  },
  {
    of: 'namespaces that are made',
    source: 'process_namespace',
    call: 'unshare_nsproxy_namespaces',
    args: { flags: { kind: 'size', value: 0x1002_0000n } },
    facts: { 'namespace.flags': ['mnt', 'user'] },
  },
  {
    of: 'a namespace that is entered',
    source: 'process_namespace',
    call: 'netns_install',
    args: {},
    facts: { 'namespace.flags': ['net'] },
  },
  {
    of: 'a file in memory',
    source: 'process_memfd',
    call: 'shmem_file_setup',
    args: { memfd: text('memfd:payload') },
    facts: { 'file.path': '/memfd:payload' },
  },
  {
    of: 'a ring for requests',
    source: 'process_io_uring',
    call: 'io_sq_offload_create',
    args: {},
    facts: {},
  },
  {
    of: 'a module',
    source: 'kernel_module',
    call: 'module/module_load',
    args: { module: MODULE },
    facts: { 'module.name': 'dummy' },
  },
  {
    of: 'a program for the kernel',
    source: 'kernel_bpf',
    call: 'bpf',
    args: {
      ...{ command: { kind: 'bpf_cmd', value: 5 }, type: { kind: 'uint', value: 2 } },
      ...{ prog_name: text('hide'), map_name: text('nonsense') },
    },
    facts: { 'bpf.command': 'prog_load', 'bpf.type': 'kprobe', 'bpf.name': 'hide' },
  },
  {
    of: 'a map',
    source: 'kernel_bpf',
    call: 'bpf',
    args: {
      ...{ command: { kind: 'bpf_cmd', value: 0 }, type: { kind: 'uint', value: 27 } },
      ...{ prog_name: text('nonsense'), map_name: text('ring') },
    },
    facts: { 'bpf.command': 'map_create', 'bpf.type': 'ringbuf', 'bpf.name': 'ring' },
  },
  {
    of: 'a command that makes nothing',
    source: 'kernel_bpf',
    call: 'bpf',
    args: { command: { kind: 'bpf_cmd', value: 1 }, type: { kind: 'uint', value: 2 } },
    facts: { 'bpf.command': 'map_lookup_elem' },
  },
];
