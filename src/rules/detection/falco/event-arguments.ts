/** Arguments of events: `evt.arg.flags`, `evt.arg[0]`. */
import type { EventClass } from '../../../model/event-class.ts';
import type { Condition } from '../ir/condition.ts';
import {
  absent,
  either,
  field,
  holds,
  type MappedField,
  type Name,
  ofClass,
} from './mapped-field.ts';

const rowsOf = (
  name: Name,
  texts: Readonly<Record<string, string>>,
): Readonly<Record<string, Condition>> => {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, holds(name, text)]));
};

const isFlagSet = (name: Name): Condition => {
  return {
    ...{ kind: 'test', field: name, transforms: [], written: '' },
    operator: { kind: 'flag_equals', flag: true },
  };
};

const exists = (name: Name): Condition => {
  return {
    ...{ kind: 'test', field: name, transforms: [], written: '' },
    operator: { kind: 'exists' },
  };
};

const FLAGS: MappedField = {
  kind: 'table',
  shown: { field: 'file.flags' },
  exists: {
    kind: 'or',
    parts: [exists('file.flags'), exists('namespace.flags'), exists('mount.flags')],
  },
  rows: {
    ...rowsOf('file.flags', {
      ...{ O_RDONLY: 'read', O_WRONLY: 'write', O_CREAT: 'create', O_EXCL: 'exclusive' },
      ...{ O_TRUNC: 'truncate', O_APPEND: 'append' },
    }),
    O_RDWR: { kind: 'and', parts: [holds('file.flags', 'read'), holds('file.flags', 'write')] },
    ...rowsOf('file.mode_bits', { O_DIRECTORY: 'S_IFDIR' }),
    ...rowsOf('namespace.flags', {
      ...{ CLONE_NEWNS: 'mnt', CLONE_NEWPID: 'pid', CLONE_NEWNET: 'net', CLONE_NEWUSER: 'user' },
      ...{ CLONE_NEWUTS: 'uts', CLONE_NEWIPC: 'ipc', CLONE_NEWCGROUP: 'cgroup' },
      ...{ CLONE_NEWTIME: 'time' },
    }),
    ...rowsOf('mount.flags', {
      ...{ MS_BIND: 'bind', MS_REMOUNT: 'remount', MS_MOVE: 'move', MS_PRIVATE: 'private' },
      ...{ MS_SHARED: 'shared', MS_SLAVE: 'slave', MS_RDONLY: 'readonly' },
    }),
    EXE_UPPER_LAYER: isFlagSet('process.exe.upper_layer'),
    EXE_FROM_MEMFD: isFlagSet('process.exe.memfd'),
    AT_REMOVEDIR: ofClass('file.rmdir'),
  },
};

/** Address families, under both of their names. */
const FAMILIES: Readonly<Record<string, string>> = {
  ...{ UNIX: 'unix', LOCAL: 'unix', INET: 'ipv4', INET6: 'ipv6', NETLINK: 'netlink' },
  ...{ PACKET: 'packet', KEY: '15', RDS: '21', CAN: '29', TIPC: '30', BLUETOOTH: '31' },
  ...{ ALG: '38', NFC: '39', VSOCK: '40', XDP: '44' },
};

const DOMAIN: MappedField = {
  kind: 'table',
  shown: { field: 'network.family' },
  exists: exists('network.family'),
  rows: rowsOf(
    'network.family',
    Object.fromEntries(
      Object.entries(FAMILIES).flatMap(([name, family]) => [
        [`AF_${name}`, family],
        [`PF_${name}`, family],
      ]),
    ),
  ),
};

const SOCKET_TYPE: MappedField = {
  kind: 'table',
  shown: { field: 'network.type' },
  exists: exists('network.type'),
  rows: rowsOf('network.type', {
    ...{ SOCK_STREAM: 'stream', SOCK_DGRAM: 'datagram', SOCK_RAW: 'raw', SOCK_RDM: '4' },
    ...{ SOCK_SEQPACKET: '5', SOCK_DCCP: '6', SOCK_PACKET: '10' },
  }),
};

const REQUEST: MappedField = {
  kind: 'table',
  shown: { field: 'ptrace.request' },
  exists: exists('ptrace.request'),
  rows: rowsOf('ptrace.request', {
    ...{ PTRACE_TRACEME: 'traceme', PTRACE_ATTACH: 'attach', PTRACE_SEIZE: 'attach' },
    // What is done to a process that was attached to is seen when it is attached to.
    ...{ PTRACE_SETREGS: 'attach', PTRACE_SETREGSET: 'attach', PTRACE_SETFPREGS: 'attach' },
    ...{ PTRACE_POKETEXT: 'attach', PTRACE_POKEDATA: 'attach', PTRACE_POKEUSR: 'attach' },
    ...{ PTRACE_PEEKTEXT: 'read', PTRACE_PEEKDATA: 'read', PTRACE_PEEKUSR: 'read' },
  }),
};

const COMMAND: MappedField = {
  kind: 'table',
  shown: { field: 'bpf.command' },
  exists: exists('bpf.command'),
  rows: rowsOf('bpf.command', {
    ...{ BPF_MAP_CREATE: 'map_create', BPF_PROG_LOAD: 'prog_load' },
    ...{ BPF_LINK_CREATE: 'link_create' },
  }),
};

const SIGNAL: MappedField = {
  ...{ kind: 'number_or_name', field: 'signal.number' },
  names: {
    ...{ SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7 },
    ...{ SIGFPE: 8, SIGKILL: 9, SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13 },
    ...{ SIGALRM: 14, SIGTERM: 15, SIGSTKFLT: 16, SIGCHLD: 17, SIGCONT: 18, SIGSTOP: 19 },
    ...{ SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22 },
  },
};

const USER: MappedField = {
  ...{ kind: 'number_or_name', field: 'credentials.new_uid' },
  ...{ named: 'credentials.new_user', names: {} },
};

const NAME: MappedField = {
  ...{ kind: 'path_or_ends', field: 'file.path', ends: 'network.connection' },
};

/** What events say that were let through: see `evt.res`. */
const SUCCEEDED: MappedField = { kind: 'constant', values: ['SUCCESS', 0] };

const TYPE: MappedField = either(
  { kind: 'guarded', guard: ofClass('file.mount'), part: field('file.filesystem') },
  SOCKET_TYPE,
);

/** Rules ask for it beside paths of other calls, of which it must not be taken for one. */
function pathOf(...classes: readonly EventClass[]): MappedField {
  return { kind: 'guarded', guard: ofClass(...classes), part: field('file.path') };
}

const BY_NAME: Readonly<Record<string, MappedField>> = {
  name: field('file.path'),
  path: field('file.path'),
  pathname: field('file.path'),
  filename: field('file.path'),
  fd: NAME,
  oldpath: field('file.old_path'),
  newpath: pathOf('file.rename', 'file.link'),
  linkpath: pathOf('file.symlink'),
  target: field('file.target'),
  mode: field('file.mode_bits'),
  flags: FLAGS,
  nstype: FLAGS,
  dev: field('mount.source'),
  dir: pathOf('file.mount'),
  type: TYPE,
  domain: DOMAIN,
  tuple: field('network.connection'),
  exe: field('process.arg0'),
  comm: field('process.name'),
  args: { kind: 'text_or_list', field: 'process.args_text', list: 'process.args' },
  cwd: field('process.cwd'),
  uid: USER,
  ruid: USER,
  euid: USER,
  suid: USER,
  cmd: COMMAND,
  sig: SIGNAL,
  pid: field('target.pid'),
  request: REQUEST,
  res: SUCCEEDED,
  ret: SUCCEEDED,
};

/**
 * By number. Events of a system call began with its arguments once, and begin with what it returned
 * now: of both ways of counting, the one whose values are meant is taken.
 */
const BY_NUMBER: readonly (readonly [Condition, readonly (readonly MappedField[])[]])[] = [
  [ofClass('network.socket'), [[DOMAIN], [SOCKET_TYPE, DOMAIN], [SOCKET_TYPE]]],
  [ofClass('process.credentials'), [[USER], [USER]]],
  [ofClass('kernel.bpf'), [[COMMAND], [COMMAND]]],
  [ofClass('process.ptrace'), [[REQUEST], [REQUEST]]],
  [
    ofClass('file.mkdir', 'file.rmdir', 'file.unlink'),
    [[field('file.path')], [field('file.path')]],
  ],
  [
    ofClass('file.rename'),
    [[field('file.old_path')], [field('file.old_path'), field('file.path')], [field('file.path')]],
  ],
];

/** The argument of a name or a number. */
export function mapArgument(wanted: string): MappedField {
  if (Object.hasOwn(BY_NAME, wanted)) return BY_NAME[wanted] ?? absent('');
  const number = /^\d{1,2}$/.test(wanted) ? Number(wanted) : -1;
  const parts = BY_NUMBER.flatMap(([guard, positions]): readonly MappedField[] => {
    return (positions[number] ?? []).map((part) => ({ kind: 'guarded', guard, part }));
  });
  if (parts.length > 0) return either(...parts);
  return absent(`events do not carry the argument ${wanted}`);
}

/** Names of arguments, for hints. */
export const ARGUMENT_NAMES: readonly string[] = Object.keys(BY_NAME).map((name) => {
  return `evt.arg.${name}`;
});
