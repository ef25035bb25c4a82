/** What makes each section and type happen: a hook that the trigger program comes to once. */
import type { CapabilityName } from '../../../src/model/capability.ts';
import type { Section } from './cells.ts';
import type { ValueKind } from './values.ts';

/** A hook entry without its selectors. */
export interface Trigger {
  readonly section: Section;
  /** Types that may be written for the argument. */
  readonly types: readonly string[];
  readonly kind: ValueKind;
  /** Everything of the entry before `args`; PROGRAM stands for the path of the trigger program. */
  readonly hook: string;
  readonly index: number;
  /** What the kernel must be able to do, if not every kernel can. */
  readonly needs?: CapabilityName;
}

const NARROW = [
  ...['int', 'int32', 'sint32', 'int8', 'sint8', 'int16', 'sint16', 'uint8', 'uint16', 'uint32'],
];
const WIDE = ['int64', 'sint64', 'long', 'size_t', 'uint64', 'ulong', 'syscall64'];
const NUMBERS = [...NARROW, ...WIDE];

const LSEEK = { hook: 'call: sys_lseek', index: 1, kind: 'number' } as const;
const LSEEK_FD = { hook: 'call: sys_lseek', index: 0, kind: 'text' } as const;
const OPENAT = { hook: 'call: sys_openat', index: 1, kind: 'text' } as const;
const MARK = { hook: 'path: PROGRAM\n    provider: warder\n    name: mark' } as const;
const number = { kind: 'number' } as const;
const text = { kind: 'text' } as const;

export const TRIGGERS: readonly Trigger[] = [
  { section: 'kprobes', types: NUMBERS, ...LSEEK },
  { section: 'kprobes', types: ['string'], ...OPENAT },
  { section: 'kprobes', types: ['fd'], ...LSEEK_FD },
  {
    ...{ section: 'kprobes', types: ['file'], ...text, needs: 'fentry' },
    ...{ hook: 'call: security_file_open\n    syscall: false', index: 0 },
  },
  {
    ...{ section: 'kprobes', types: ['path'], ...text, needs: 'fentry' },
    ...{ hook: 'call: security_path_truncate\n    syscall: false', index: 0 },
  },
  { section: 'fentries', types: NUMBERS, needs: 'fentry', ...LSEEK },
  { section: 'fentries', types: ['string'], needs: 'fentry', ...OPENAT },
  { section: 'fentries', types: ['fd'], needs: 'fentry', ...LSEEK_FD },
  {
    ...{ section: 'fentries', types: ['file'], ...text, needs: 'fentry' },
    ...{ hook: 'call: security_file_open\n    syscall: false', index: 0 },
  },
  {
    ...{ section: 'fentries', types: ['path'], ...text, needs: 'fentry' },
    ...{ hook: 'call: security_path_truncate\n    syscall: false', index: 0 },
  },
  {
    ...{ section: 'lsmhooks', types: NARROW, ...number, needs: 'lsm' },
    ...{ hook: 'hook: task_prctl', index: 0 },
  },
  {
    ...{ section: 'lsmhooks', types: WIDE, ...number, needs: 'lsm' },
    ...{ hook: 'hook: task_prctl', index: 1 },
  },
  {
    ...{ section: 'lsmhooks', types: ['string'], ...text, needs: 'lsm' },
    ...{ hook: 'hook: sb_mount', index: 0 },
  },
  {
    ...{ section: 'lsmhooks', types: ['file'], ...text, needs: 'lsm' },
    ...{ hook: 'hook: file_open', index: 0 },
  },
  {
    ...{ section: 'lsmhooks', types: ['path'], ...text, needs: 'lsm' },
    ...{ hook: 'hook: path_truncate', index: 0 },
  },
  {
    ...{ section: 'tracepoints', types: WIDE, ...number, needs: 'fentry' },
    ...{ hook: 'subsystem: syscalls\n    event: sys_enter_lseek', index: 6 },
  },
  {
    ...{ section: 'tracepoints', types: ['string'], ...text, needs: 'fentry' },
    ...{ hook: 'subsystem: syscalls\n    event: sys_enter_openat', index: 6 },
  },
  {
    ...{ section: 'uprobes', types: NUMBERS, ...number },
    ...{ hook: 'path: PROGRAM\n    symbols: [matrix_number]', index: 0 },
  },
  {
    ...{ section: 'uprobes', types: ['string'], ...text },
    ...{ hook: 'path: PROGRAM\n    symbols: [matrix_text]', index: 0 },
  },
  { section: 'usdts', types: NUMBERS, ...number, ...MARK, index: 0 },
  { section: 'usdts', types: ['string'], ...text, ...MARK, index: 1 },
];
