/** Records of auditd, as rules describe them, and what they are here. */
import type { EventClass } from '../../../model/event-class.ts';
import { SYSCALL_CLASSES } from '../syscalls/syscall-classes.ts';
import type { FieldMapping, MappedField } from './field-mapping.ts';

const FILE_CHANGES: readonly EventClass[] = ['file.create', 'file.mkdir', 'file.symlink'];
const FILE_EVENTS: readonly EventClass[] = [
  ...['file.open', 'file.create', 'file.rename', 'file.unlink', 'file.link'],
  ...['file.symlink', 'file.mode', 'file.owner', 'file.mkdir', 'file.rmdir'],
] as readonly EventClass[];

/** Types of records, and which events have what they tell. */
const RECORD_TYPES: ReadonlyMap<string, readonly EventClass[]> = new Map([
  ['EXECVE', ['process.exec']],
  ['PROCTITLE', ['process.exec']],
  ['PATH', FILE_EVENTS],
  ['CWD', [...FILE_EVENTS, 'process.exec']],
  [
    'SYSCALL',
    [
      ...FILE_EVENTS,
      ...['process.exec', 'process.credentials', 'process.ptrace', 'process.memory'],
      ...['process.signal', 'process.namespace', 'process.memfd', 'process.io_uring'],
      ...['file.mount', 'network.socket', 'network.connect', 'network.accept', 'network.bind'],
      ...['network.listen', 'network.send', 'kernel.module', 'kernel.bpf'],
    ] as readonly EventClass[],
  ],
  ['SOCKADDR', ['network.connect', 'network.bind', 'network.send']],
] satisfies [string, readonly EventClass[]][]);

/** Numbers of x86-64 that rules use instead of names. */
const SYSCALL_NUMBERS: Readonly<Record<string, string>> = {
  ...{ '2': 'open', '41': 'socket', '42': 'connect', '43': 'accept', '44': 'sendto' },
  ...{ '49': 'bind', '50': 'listen', '59': 'execve', '62': 'kill', '82': 'rename' },
  ...{ '83': 'mkdir', '84': 'rmdir', '86': 'link', '87': 'unlink', '88': 'symlink' },
  ...{ '90': 'chmod', '92': 'chown', '101': 'ptrace', '105': 'setuid', '165': 'mount' },
  ...{ '175': 'init_module', '257': 'openat', '263': 'unlinkat', '264': 'renameat' },
  ...{ '268': 'fchmodat', '272': 'unshare', '308': 'setns', '313': 'finit_module' },
  ...{ '316': 'renameat2', '319': 'memfd_create', '321': 'bpf', '322': 'execveat' },
};

function syscallClasses(): ReadonlyMap<string, readonly EventClass[]> {
  const named = Object.entries(SYSCALL_CLASSES);
  const numbered = Object.entries(SYSCALL_NUMBERS).map(
    ([number, name]) => [number, SYSCALL_CLASSES[name] ?? []] as const,
  );
  return new Map([...named, ...numbered]);
}

const NAME_TYPES: ReadonlyMap<string, readonly EventClass[]> = new Map([
  ['CREATE', [...FILE_CHANGES, 'file.link', 'file.rename']],
  ['DELETE', ['file.unlink', 'file.rmdir', 'file.rename']],
  ['NORMAL', FILE_EVENTS],
] satisfies [string, readonly EventClass[]][]);

const LOCAL: MappedField = {
  kind: 'absent',
  reason: 'only the audit rules of one machine have it',
};
const NOT_SEEN: MappedField = { kind: 'absent', reason: 'records of this kind are not seen here' };
const REGISTER: MappedField = { kind: 'absent', reason: 'arguments of system calls are not kept' };

/** Highest a0, a1, … that rules may name. */
const ARGUMENTS_MAX = 32;

function argumentFields(): FieldMapping {
  const fields: Record<string, MappedField> = { a0: { kind: 'field', field: 'process.arg0' } };
  for (let number = 1; number <= ARGUMENTS_MAX; number += 1) {
    fields[`a${number}`] = { kind: 'field', field: 'process.args', key: String(number - 1) };
  }
  return fields;
}

/** Fields of the records. */
export const AUDIT: FieldMapping = {
  ...argumentFields(),
  type: { kind: 'classes', classes: RECORD_TYPES },
  syscall: { kind: 'classes', classes: syscallClasses() },
  SYSCALL: { kind: 'classes', classes: syscallClasses() },
  nametype: { kind: 'classes', classes: NAME_TYPES },
  name: { kind: 'field', field: 'file.path' },
  exe: { kind: 'field', field: 'process.exe.path' },
  comm: { kind: 'field', field: 'process.name' },
  proctitle: { kind: 'field', field: 'process.cmdline' },
  cwd: { kind: 'field', field: 'process.cwd' },
  uid: { kind: 'field', field: 'process.uid' },
  euid: { kind: 'field', field: 'process.euid' },
  gid: { kind: 'field', field: 'process.gid' },
  auid: { kind: 'field', field: 'process.loginuid' },
  pid: { kind: 'field', field: 'process.pid' },
  ppid: { kind: 'field', field: 'parent.pid' },
  SourceHostname: { kind: 'field', field: 'node.name' },
  success: { kind: 'fixed', values: ['yes', '1', 'true'] },
  key: LOCAL,
  exit: REGISTER,
  ...{ op: NOT_SEEN, unit: NOT_SEEN, acct: NOT_SEEN, data: NOT_SEEN, terminal: NOT_SEEN },
};

/** The same for records of system calls, whose a0, a1, … are registers. */
export const AUDIT_SYSCALL: FieldMapping = {
  ...AUDIT,
  ...{ a0: REGISTER, a1: REGISTER, a2: REGISTER, a3: REGISTER },
};
