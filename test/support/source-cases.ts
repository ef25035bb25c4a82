/** Deeds of which rules are told, one for each thing that sources see. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './root.ts';

const DEED = join(repositoryRoot(), 'build/triggers/deed');

/** Where guests have a module that nobody has loaded. */
const SPARE_MODULE = '/run/guest/modules/spare/dummy.ko';

const CLONE_NEWUTS = 0x0400_0000;
const SIGCHLD = 17;
const PTRACE_ATTACH = 16;

export type Which = 'hit' | 'miss';

export interface SourceCase {
  /** Class of the events, and what a rule asks of them. */
  readonly class: string;
  readonly asks: string;
  /** Given a directory and which of the two the rule tells apart. */
  readonly deed: (base: string, which: Which) => void;
  /** Is seen at system calls as well, where nothing else can be hooked. */
  readonly isSeenAtCalls?: true;
  /** Needs what only guests have. */
  readonly isForGuests?: true;
}

/** Does it. */
export function deed(...args: readonly (string | number)[]): void {
  spawnSync(DEED, args.map(String));
}

const pick = (which: Which, hit: number, miss: number): number => (which === 'hit' ? hit : miss);

const shell = (script: string): void => {
  spawnSync('/bin/sh', ['-c', script]);
};

/** Runs something with a process whose executable is called after it. */
function withTarget(base: string, which: Which, use: (target: ChildProcess) => void): void {
  const target = spawn(join(base, `target-${which}`), ['60'], { stdio: 'ignore' });
  try {
    // It has to be that executable, not the fork of this one.
    const isThere = (): boolean =>
      readFileSync(`/proc/${target.pid}/comm`, 'utf8').startsWith('target');
    for (let tries = 0; tries < 1000 && !isThere(); tries++) spawnSync('/bin/true');
    use(target);
  } finally {
    target.kill('SIGKILL');
  }
}

function loadModule(which: Which): void {
  if (which === 'miss') return;
  const fd = openSync(SPARE_MODULE, 'r');
  spawnSync(DEED, ['finit_module', '0', '', '0'], { stdio: [fd, 'ignore', 'ignore'] });
  closeSync(fd);
}

/** What the deeds need. */
export function prepareDeeds(base: string): void {
  for (const name of ['mnt', 'from-hit', 'from-miss']) mkdirSync(join(base, name));
  for (const which of ['hit', 'miss']) {
    writeFileSync(join(base, `read-${which}`), '');
    copyFileSync('/bin/sleep', join(base, `target-${which}`));
    chmodSync(join(base, `target-${which}`), 0o755);
  }
}

export function undoDeeds(base: string): void {
  for (let times = 0; times < 4; times++) spawnSync('umount', [join(base, 'mnt')]);
}

const FILE_CASES: readonly SourceCase[] = [
  {
    class: 'file.open',
    asks: 'file.path|endswith: /open-hit, file.flags: [write, create]',
    deed: (base, which) => writeFileSync(join(base, `open-${which}`), ''),
    isSeenAtCalls: true,
  },
  {
    class: 'file.open',
    asks: 'file.path|endswith: /read-hit, file.flags: read',
    deed: (base, which) => readFileSync(join(base, `read-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.create',
    asks: 'file.path|endswith: /create-hit',
    deed: (base, which) => writeFileSync(join(base, `create-${which}`), ''),
    isSeenAtCalls: true,
  },
  {
    class: 'file.mkdir',
    asks: 'file.path|endswith: /mkdir-hit',
    deed: (base, which) => mkdirSync(join(base, `mkdir-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.rmdir',
    asks: 'file.path|endswith: /mkdir-hit',
    deed: (base, which) => rmdirSync(join(base, `mkdir-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.rename',
    asks: 'file.path|endswith: /renamed-hit, file.old_path|endswith: /create-hit',
    deed: (base, which) =>
      renameSync(join(base, `create-${which}`), join(base, `renamed-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.link',
    asks: 'file.path|endswith: /link-hit, file.old_path|startswith: /, file.old_path|endswith: /read-hit',
    deed: (base, which) => linkSync(join(base, 'read-hit'), join(base, `link-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.symlink',
    asks: 'file.target: /etc/hit, file.path|endswith: /symlink-hit',
    deed: (base, which) => symlinkSync(`/etc/${which}`, join(base, `symlink-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.mode',
    asks: 'file.path|endswith: /read-hit, file.mode_bits: S_ISUID',
    deed: (base, which) => chmodSync(join(base, 'read-hit'), pick(which, 0o4755, 0o755)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.owner',
    asks: 'file.path|endswith: /read-hit, file.uid: 1, file.gid: 2',
    deed: (base, which) => chownSync(join(base, 'read-hit'), 1, pick(which, 2, 3)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.unlink',
    asks: 'file.path|endswith: /link-hit',
    deed: (base, which) => unlinkSync(join(base, `link-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.mount',
    asks: 'file.filesystem: tmpfs, mount.source: hit, file.path|endswith: /mnt',
    deed: (base, which) => deed('mount', which, join(base, 'mnt'), 'tmpfs', 0, 0),
    isSeenAtCalls: true,
  },
  {
    class: 'file.mount',
    asks: 'mount.flags: move, file.path|endswith: /from-hit',
    deed: (base, which) => deed('move-mount', '/proc/sys', join(base, `from-${which}`)),
  },
];

const NETWORK_CASES: readonly SourceCase[] = [
  {
    class: 'network.connect',
    asks: 'network.remote.ip: 127.0.0.1, network.remote.port: 9901, network.direction: outbound',
    deed: (_base, which) => deed('connect', '127.0.0.1', pick(which, 9901, 9902)),
    isSeenAtCalls: true,
  },
  {
    class: 'network.connect',
    asks: 'network.family: unix, file.path|endswith: /sock-hit',
    deed: (base, which) => deed('connect-unix', join(base, `sock-${which}`)),
  },
  {
    class: 'network.bind',
    asks: 'network.local.port: 9903',
    deed: (_base, which) => deed('listen', '127.0.0.1', pick(which, 9903, 9904)),
    isSeenAtCalls: true,
  },
  {
    class: 'network.listen',
    asks: 'network.local.port: 9905, network.protocol: tcp',
    deed: (_base, which) => deed('listen', '127.0.0.1', pick(which, 9905, 9906)),
  },
  {
    class: 'network.socket',
    asks: 'network.type: raw, network.family: ipv4',
    deed: (_base, which) => deed('socket', 2, pick(which, 3, 2), 1),
    isSeenAtCalls: true,
  },
  {
    class: 'network.send',
    asks: 'network.remote.port: 9907, network.remote.ip: 127.0.0.1, network.protocol: udp',
    deed: (_base, which) => deed('datagram', '127.0.0.1', pick(which, 9907, 9908)),
  },
];

const PROCESS_CASES: readonly SourceCase[] = [
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
    asks: 'file.path|endswith: /target-hit',
    deed: (base, which) => spawnSync(join(base, `target-${which}`), ['0']),
  },
  {
    class: 'process.credentials',
    asks: 'credentials.new_uid: 1234, credentials.old_uid: 0',
    deed: (_base, which) => deed('setuid', pick(which, 1234, 1235)),
    isSeenAtCalls: true,
  },
];

const KERNEL_CASES: readonly SourceCase[] = [
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

/** All of them. */
export const SOURCE_CASES: readonly SourceCase[] = [
  ...FILE_CASES,
  ...NETWORK_CASES,
  ...PROCESS_CASES,
  ...KERNEL_CASES,
];
