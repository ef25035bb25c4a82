/** Cases about tracepoints and fentry hooks, on the small kernel. */
import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const tracepoint = (body: string): string => aPolicy(`  tracepoints: [{${body}}]`);
const exec = (rest: string): string =>
  tracepoint(`subsystem: sched, event: sched_process_exec, ${rest}`);
const raw = (rest: string): string =>
  tracepoint(`subsystem: sched, event: sched_process_exit, raw: true, ${rest}`);
const fentry = (rest: string): string => aPolicy(`  fentries: [{call: ${rest}}]`);
const SYS_ENTER = 'subsystem: raw_syscalls, event: sys_enter';
const DENY = 'selectors: [{matchActions: [{action: Override, argError: -1}]}]';
const KILL = 'selectors: [{matchActions: [{action: Sigkill}]}]';
const ONE_BINARY = 'selectors: [{matchBinaries: [{operator: In, values: [/bin/dd]}]}]';

const DUPS = '{name: dups, type: syscalls, values: [sys_dup, __ia32_sys_dup]}';
const EXITS = '{name: exits, values: [do_exit]}';

/** A condition on the number of the call; `lists` of the spec come first. */
const callIn = (lists: string, values: string, operator = 'InMap', type = 'syscall64'): string =>
  aPolicy(`  lists: [${lists}]
  tracepoints:
  - {${SYS_ENTER}, args: [{index: 4, type: ${type}}], selectors: [{matchArgs: [
      {index: 0, operator: ${operator}, values: ${values}}]}]}`);

/** Mistakes and their twins. */
export const TRACEPOINT_CASES: readonly CodeCase[] = [
  {
    name: 'an event without its subsystem',
    code: 'POLICY_FIELD_MISSING',
    bad: tracepoint('event: sched_process_exec'),
    good: tracepoint('subsystem: sched, event: sched_process_exec'),
  },
  {
    name: 'an event that is no name',
    code: 'POLICY_VALUE_INVALID',
    bad: tracepoint('subsystem: sched, event: sched/sched_process_exec'),
    good: tracepoint('subsystem: sched, event: sched_process_exec'),
  },
  {
    name: 'an event the kernel lacks',
    code: 'POLICY_TRACEPOINT_UNKNOWN',
    bad: tracepoint('subsystem: sched, event: sched_proces_exec'),
    good: tracepoint('subsystem: sched, event: sched_process_exec'),
  },
  {
    name: 'a raw tracepoint the kernel lacks',
    code: 'POLICY_TRACEPOINT_UNKNOWN',
    bad: tracepoint('subsystem: sched, event: sched_process_end, raw: true'),
    good: tracepoint('subsystem: sched, event: sched_process_exit, raw: true'),
  },
  {
    name: 'a field that every event has',
    code: 'POLICY_ARGUMENT_INDEX',
    bad: exec('args: [{index: 3, type: int}]'),
    good: exec('args: [{index: 5, type: uint32}]'),
  },
  {
    name: 'a field past the last one',
    code: 'POLICY_ARGUMENT_INDEX',
    bad: exec('args: [{index: 7, type: int}]'),
    good: exec('args: [{index: 6, type: string}]'),
  },
  {
    name: 'text read as a number',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: exec('args: [{index: 4, type: int}]'),
    good: exec('args: [{index: 4, type: string}]'),
  },
  {
    name: 'text read as a path, and as nothing',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: exec('args: [{index: 4, type: path}]'),
    good: exec('args: [{index: 4, type: nop}]'),
  },
  {
    name: 'text within the record as text that the record points to',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: exec('args: [{index: 6, type: data_loc}]'),
    good: exec('args: [{index: 4, type: data_loc}]'),
  },
  {
    name: 'more bytes than the field has',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: exec('args: [{index: 5, type: size_t}]'),
    good: exec('args: [{index: 5}]'),
  },
  {
    name: 'a parameter of a raw tracepoint past the last one',
    code: 'POLICY_ARGUMENT_INDEX',
    bad: raw('args: [{index: 1, type: int}]'),
    good: raw('args: []'),
  },
  {
    name: 'a list that is not there, as the numbers of system calls',
    code: 'POLICY_NAME_UNDEFINED',
    bad: callIn('', '["list:dups"]'),
    good: callIn(DUPS, '["list:dups"]'),
  },
  {
    name: 'a list of functions as the numbers of system calls',
    code: 'POLICY_VALUE_INVALID',
    bad: callIn(EXITS, '["list:exits"]'),
    good: callIn(DUPS, '["list:dups", "32:33"]'),
  },
  {
    name: 'a list for another operator than those of maps',
    code: 'POLICY_VALUE_INVALID',
    bad: callIn('', '["list:dups"]', 'Equal'),
    good: callIn(DUPS, '["list:dups", 7]', 'NotInMap'),
  },
  {
    name: 'a list for numbers that are not those of system calls',
    code: 'POLICY_VALUE_INVALID',
    bad: callIn('', '["list:dups"]', 'InMap', 'int64'),
    good: callIn('', '["32:33"]', 'InMap', 'int64'),
  },
  {
    name: 'text as the number of a system call',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: exec('args: [{index: 4, type: syscall64}]'),
    good: exec('args: [{index: 4, type: string}]'),
  },
  {
    name: 'a type that cannot be found out',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: raw('args: [{index: 0}]'),
    good: tracepoint(`${SYS_ENTER}, raw: true, args: [{index: 1, type: auto}], ${ONE_BINARY}`),
  },
  {
    name: 'an argument that the selector counts past the list',
    code: 'POLICY_ARGUMENT_UNDECLARED',
    bad: exec(
      'args: [{index: 5}], selectors: [{matchArgs: [{index: 1, operator: GT, values: [1]}]}]',
    ),
    good: exec(
      'args: [{index: 5}], selectors: [{matchArgs: [{index: 0, operator: GT, values: [1]}]}]',
    ),
  },
  {
    name: 'a tracepoint that fires all the time',
    severity: 'warning',
    code: 'POLICY_HOOK_HOT',
    bad: tracepoint('subsystem: raw_syscalls, event: sys_enter'),
    good: tracepoint(`${SYS_ENTER}, ${ONE_BINARY}`),
  },
  {
    name: 'denying at a tracepoint',
    code: 'POLICY_OVERRIDE_UNSUPPORTED',
    bad: exec(DENY),
    good: exec(KILL),
  },
  {
    name: 'denying in fentry',
    code: 'POLICY_OVERRIDE_UNSUPPORTED',
    bad: fentry(`security_file_open, syscall: false, ${DENY}`),
    good: fentry(`security_file_open, syscall: false, ${KILL}`),
  },
  {
    name: 'a misspelt function for fentry',
    code: 'POLICY_FUNCTION_UNKNOWN',
    bad: fentry('security_file_opened, syscall: false'),
    good: fentry('security_file_open, syscall: false'),
  },
];
