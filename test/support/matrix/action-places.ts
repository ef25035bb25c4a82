/** Hooks of every kind that actions are tried at, each with a number that the trigger passes. */
import type { CapabilityName } from '../../../src/model/capability.ts';
import type { Section } from './sections.ts';

/** A hook that a run of the part `calls` comes to once. */
export interface ActionPlace {
  readonly name: string;
  readonly section: Section;
  /** Everything of the entry before `args`; PROGRAM stands for the path of the trigger program. */
  readonly hook: string;
  /** The argument that is the number. */
  readonly argument: string;
  /** A second argument, and what of it has to hold, where other runs of the hook would disturb. */
  readonly guard?: { readonly argument: string; readonly match: string };
  /** What the kernel must be able to do, if not every kernel can. */
  readonly needs?: CapabilityName;
  /** Columns that the place is there for; all when absent. */
  readonly actions?: readonly string[];
  /** Columns that another place of the section is there for. */
  readonly except?: readonly string[];
  /** Actions that pass the check and that no kernel of the tests can do here: a load error. */
  readonly unenforceable?: readonly string[];
}

const LSEEK = process.arch === 'arm64' ? 62 : 8;
const SECOND_REGISTER = process.arch === 'arm64' ? 'regs[1]' : 'si';

const SYSTEM_CALL = { hook: 'call: sys_lseek', argument: 'index: 1, type: size_t' };
const SECURITY_FUNCTION = {
  hook: 'call: security_task_prctl\n    syscall: false',
  argument: 'index: 0, type: int',
};
const FUNCTION = {
  hook: 'call: cap_task_prctl\n    syscall: false',
  argument: 'index: 0, type: int',
};

/** Programs that are not the trigger make no such call on a socket of TCP. */
const WITH_SOCKET = {
  ...{ name: 'a function with a socket', actions: ['TrackSock', 'UntrackSock'] },
  ...{ hook: 'call: tcp_setsockopt\n    syscall: false', argument: 'index: 2, type: int' },
  guard: {
    argument: 'index: 0, type: sock',
    match: 'operator: Protocol, values: [IPPROTO_TCP]',
  },
} as const;

export const ACTION_PLACES: readonly ActionPlace[] = [
  {
    ...{ name: 'a system call', section: 'kprobes', ...SYSTEM_CALL },
    unenforceable: ['Override'],
  },
  { name: 'a security function', section: 'kprobes', ...SECURITY_FUNCTION, needs: 'lsm' },
  { name: 'another function', section: 'kprobes', ...FUNCTION, needs: 'fentry' },
  { ...WITH_SOCKET, section: 'kprobes', needs: 'fentry' },
  { name: 'a system call', section: 'fentries', ...SYSTEM_CALL, needs: 'fentry' },
  { name: 'a function', section: 'fentries', ...SECURITY_FUNCTION, needs: 'fentry' },
  { ...WITH_SOCKET, section: 'fentries', needs: 'fentry' },
  {
    ...{ name: 'a hook', section: 'lsmhooks', hook: 'hook: task_prctl', needs: 'lsm' },
    ...{ argument: 'index: 0, type: int', except: ['Post imaHash'] },
  },
  {
    ...{ name: 'a hook with a file', section: 'lsmhooks', hook: 'hook: file_ioctl' },
    ...{ needs: 'lsm', argument: 'index: 1, type: uint32', actions: ['Post imaHash'] },
  },
  {
    ...{ name: 'a classic one', section: 'tracepoints', needs: 'fentry' },
    ...{ hook: 'subsystem: syscalls\n    event: sys_enter_lseek' },
    argument: 'index: 6, type: size_t',
  },
  {
    ...{ name: 'a raw one', section: 'tracepoints' },
    hook: 'subsystem: raw_syscalls\n    event: sys_enter\n    raw: true',
    argument: `index: 0, type: size_t, resolve: "${SECOND_REGISTER}"`,
    guard: {
      argument: 'index: 1, type: int64',
      match: `operator: Equal, values: [${LSEEK}]`,
    },
  },
  {
    ...{ name: 'a function', section: 'uprobes' },
    hook: 'path: PROGRAM\n    symbols: [matrix_number]',
    argument: 'index: 0, type: size_t',
  },
  {
    ...{ name: 'a probe', section: 'usdts' },
    hook: 'path: PROGRAM\n    provider: warder\n    name: mark',
    argument: 'index: 0, type: size_t',
  },
  {
    ...{ name: 'a probe with a variable', section: 'usdts', actions: ['Set'] },
    hook: 'path: PROGRAM\n    provider: warder\n    name: variable',
    argument: 'index: 0, type: size_t',
    guard: { argument: 'index: 1, type: int', match: 'operator: Equal, values: [0]' },
    needs: 'write_user',
  },
];
