/** Deeds of processes, to themselves, to each other and to the kernel. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DEED, deed, pick, type SourceCase, type Which, withTarget } from './deed.ts';

/** Where guests have a module that nobody has loaded. */
const SPARE_MODULE = '/run/guest/modules/spare/00-dummy.ko';

const CLONE_NEWUTS = 0x0400_0000;
const SIGCHLD = 17;
const PTRACE_ATTACH = 16;

const shell = (script: string): void => {
  spawnSync('/bin/sh', ['-c', script]);
};

function loadModule(which: Which): void {
  if (which === 'miss') return;
  const fd = openSync(SPARE_MODULE, 'r');
  spawnSync(DEED, ['finit_module', '0', '', '0'], { stdio: [fd, 'ignore', 'ignore'] });
  closeSync(fd);
}

export const PROCESS_CASES: readonly SourceCase[] = [
  {
    class: 'process.exec',
    asks: 'process.cmdline|endswith: exec-hit',
    deed: (_base, which) => spawnSync('/bin/true', [`exec-${which}`]),
    isSeenAtCalls: true,
  },
  {
    class: 'process.exit',
    asks: 'exit.code: 83',
    deed: (_base, which) => shell(`exit ${pick(which, 83, 84)}`),
    isSeenAtCalls: true,
  },
  {
    class: 'process.namespace',
    asks: 'namespace.flags: uts, event.syscall: unshare',
    deed: (_base, which) => deed('unshare', pick(which, CLONE_NEWUTS, 0)),
    isSeenAtCalls: true,
  },
  {
    class: 'process.namespace',
    asks: 'namespace.flags: uts, event.syscall: clone',
    deed: (_base, which) => deed('clone', pick(which, CLONE_NEWUTS, 0) | SIGCHLD, 0, 0, 0, 0),
  },
  {
    class: 'process.namespace',
    asks: 'namespace.flags: ipc, event.syscall: setns',
    deed: (_base, which) => deed('enter', `/proc/self/ns/${which === 'hit' ? 'ipc' : 'uts'}`),
  },
  {
    class: 'process.ptrace',
    asks: 'ptrace.request: traceme, Image|endswith: /deed',
    deed: (_base, which) => deed(...(which === 'hit' ? ['ptrace', 0, 0, 0, 0] : ['getpid'])),
    isSeenAtCalls: true,
  },
  {
    class: 'process.ptrace',
    asks: 'ptrace.request: attach, target.exe.path|endswith: /target-hit',
    deed: (base, which) =>
      withTarget(base, which, ({ pid = 0 }) => deed('ptrace', PTRACE_ATTACH, pid, 0, 0)),
    isSeenAtCalls: true,
  },
  {
    class: 'process.memory',
    asks: 'event.syscall: process_vm_writev, target.exe.path|endswith: /target-hit',
    deed: (base, which) =>
      withTarget(base, which, ({ pid = 0 }) => deed('process_vm_writev', pid, 0, 0, 0, 0)),
    isSeenAtCalls: true,
  },
  {
    class: 'process.memory',
    asks: 'file.path|endswith: /mem, target.exe.path|endswith: /target-hit',
    deed: (base, which) => withTarget(base, which, ({ pid }) => shell(`exec 3<>/proc/${pid}/mem`)),
    isSeenAtCalls: true,
  },
  {
    class: 'process.signal',
    asks: 'signal.number: 10, target.exe.path|endswith: /target-hit',
    deed: (base, which) => withTarget(base, which, ({ pid }) => shell(`kill -USR1 ${pid}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'process.io_uring',
    asks: 'event.syscall: io_uring_setup, Image|endswith: /deed',
    deed: (_base, which) => deed(which === 'hit' ? 'ring' : 'getpid'),
    isSeenAtCalls: true,
  },
  {
    class: 'process.memfd',
    asks: 'file.path: "/memfd:hit"',
    deed: (_base, which) => deed('memfd_create', which, 0),
    isSeenAtCalls: true,
  },
  {
    class: 'process.mapping',
    asks: 'file.path|endswith: /mapped-hit',
    deed: (base, which) => spawnSync(join(base, `mapped-${which}`), ['0']),
  },
  {
    class: 'process.credentials',
    asks: 'credentials.new_uid: 1234, credentials.old_uid: 0',
    deed: (_base, which) => deed('setuid', pick(which, 1234, 1235)),
    isSeenAtCalls: true,
  },
];

export const KERNEL_CASES: readonly SourceCase[] = [
  {
    class: 'kernel.bpf',
    asks: 'bpf.command: prog_load, Image|endswith: /deed',
    deed: (_base, which) => deed('bpf', pick(which, 5, 1), 0, 0),
    isSeenAtCalls: true,
  },
  {
    class: 'kernel.bpf',
    asks: 'bpf.command: map_create, bpf.type: array, bpf.name: hit',
    deed: (_base, which) => deed('map', which),
  },
  {
    class: 'kernel.module',
    asks: 'module.name: dummy',
    deed: (_base, which) => loadModule(which),
    isForGuests: true,
  },
];
