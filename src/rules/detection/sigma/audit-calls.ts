/** System calls as records of auditd name them, and what events are seen of them. */
import type { EventClass } from '../../../model/event-class.ts';
import type { Condition } from '../ir/condition.ts';
import { SYSCALL_CLASSES } from '../syscalls/syscall-classes.ts';
import { ofClasses } from './field-mapping.ts';

/** Numbers of x86-64, which records have where nobody put in the names. */
const NUMBERS: Readonly<Record<string, string>> = {
  ...{ 2: 'open', 41: 'socket', 42: 'connect', 43: 'accept', 44: 'sendto', 46: 'sendmsg' },
  ...{ 49: 'bind', 50: 'listen', 59: 'execve', 62: 'kill', 82: 'rename', 83: 'mkdir' },
  ...{ 84: 'rmdir', 85: 'creat', 86: 'link', 87: 'unlink', 88: 'symlink', 90: 'chmod' },
  ...{ 91: 'fchmod', 92: 'chown', 93: 'fchown', 94: 'lchown', 101: 'ptrace', 105: 'setuid' },
  ...{ 106: 'setgid', 113: 'setreuid', 114: 'setregid', 117: 'setresuid', 119: 'setresgid' },
  ...{ 133: 'mknod', 165: 'mount', 175: 'init_module', 200: 'tkill', 234: 'tgkill' },
  ...{ 257: 'openat', 258: 'mkdirat', 259: 'mknodat', 260: 'fchownat', 263: 'unlinkat' },
  ...{ 264: 'renameat', 265: 'linkat', 266: 'symlinkat', 268: 'fchmodat', 272: 'unshare' },
  ...{ 288: 'accept4', 304: 'open_by_handle_at', 308: 'setns', 311: 'process_vm_writev' },
  ...{ 313: 'finit_module', 316: 'renameat2', 319: 'memfd_create', 321: 'bpf' },
  ...{
    322: 'execveat',
    425: 'io_uring_setup',
    429: 'move_mount',
    437: 'openat2',
    452: 'fchmodat2',
  },
};

/** The name of a call that is written as a name or as a number. */
export function callName(written: string): string {
  const name = written.toLowerCase();
  return (Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined) ?? name;
}

/** Events of these calls share a class, and tell which it was. */
const TOLD_APART = ['setns', 'unshare'];

/** Types of files that are no ordinary ones, with all the modes they may have: pipes, devices. */
const SPECIAL_FILES: readonly (readonly [least: number, most: number])[] = [
  [0o010000, 0o017777],
  [0o020000, 0o027777],
  [0o060000, 0o067777],
];

function isCall(name: string, classes: readonly EventClass[]): Condition {
  if (!TOLD_APART.includes(name)) return ofClasses(...classes);
  const isName: Condition = {
    kind: 'test',
    field: 'event.syscall',
    transforms: [],
    operator: { kind: 'equals', texts: [name], ignoresCase: false },
    written: `syscall: ${name}`,
  };
  return { kind: 'and', parts: [ofClasses(...classes), isName] };
}

/** Files are made by many calls, and special ones by this one. */
function isMknod(written: string): Condition {
  const base = { kind: 'test', field: 'file.mode', transforms: [], written } as const;
  const types = SPECIAL_FILES.map(([least, most]): Condition => {
    const atLeast: Condition = { ...base, operator: { kind: 'greater_or_equal', number: least } };
    const atMost: Condition = { ...base, operator: { kind: 'less_or_equal', number: most } };
    return { kind: 'and', parts: [atLeast, atMost] };
  });
  return { kind: 'and', parts: [ofClasses('file.create'), { kind: 'or', parts: types }] };
}

function callsByName(): ReadonlyMap<string, Condition> {
  const calls = Object.entries(SYSCALL_CLASSES).map(
    ([name, classes]) => [name, isCall(name, classes)] as const,
  );
  const mknods = ['mknod', 'mknodat'].map((name) => [name, isMknod(`syscall: ${name}`)] as const);
  const named = new Map([...calls, ...mknods]);
  const numbered = Object.entries(NUMBERS).flatMap(([number, name]) => {
    const condition = named.get(name);
    return condition === undefined ? [] : [[number, condition] as const];
  });
  return new Map([...named, ...numbered]);
}

/** What has to hold, by name and by number of the call. */
export const AUDIT_CALLS: ReadonlyMap<string, Condition> = callsByName();
