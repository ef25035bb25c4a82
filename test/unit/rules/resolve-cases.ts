/** Cases about members that are read instead of parameters. */

import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const onFile = (argument: string): string =>
  aPolicy(`  kprobes: [{call: security_file_open, syscall: false, args: [{${argument}}]}]`);
const withData = (datum: string): string =>
  aPolicy(`  kprobes: [{call: sys_mount, data: [{${datum}}]}]`);
const matchingData = (match: string): string => {
  const data = 'data: [{type: int, source: current_task, resolve: pid}]';
  return aPolicy(`  kprobes: [{call: sys_mount, ${data}, selectors: [{matchData: [{${match}}]}]}]`);
};

const inProgram = (datum: string): string =>
  aPolicy(`  uprobes: [{path: /bin/bash, symbols: [readline], data: [{${datum}}]}]`);
const REGISTER = process.arch === 'arm64' ? 'w0' : 'edi';

/** Mistakes and their twins. */
export const RESOLVE_CASES: readonly CodeCase[] = [
  {
    name: 'a member that is not there',
    code: 'POLICY_RESOLVE_UNKNOWN',
    bad: onFile('index: 0, type: path, resolve: f_paht'),
    good: onFile('index: 0, type: path, resolve: f_path'),
  },
  {
    name: 'a member of another type',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: onFile('index: 0, type: int, resolve: f_path'),
    good: onFile('index: 0, type: uint32, resolve: sk_mark, btfType: sock'),
  },
  {
    name: 'a member of what a process passes',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: aPolicy('  kprobes: [{call: sys_mount, args: [{index: 0, type: int, resolve: a}]}]'),
    good: aPolicy('  kprobes: [{call: sys_mount, args: [{index: 0, type: string}]}]'),
  },
  {
    name: 'a path that is none',
    code: 'POLICY_VALUE_INVALID',
    bad: onFile('index: 0, type: path, resolve: "f path"'),
    good: onFile('index: 0, type: path, resolve: f_path'),
  },
  {
    name: 'a struct to begin at without a path',
    code: 'POLICY_FIELD_MISSING',
    bad: onFile('index: 0, type: file, btfType: sock'),
    good: onFile('index: 0, type: file'),
  },
  {
    name: 'a module without a struct',
    code: 'POLICY_FIELD_MISSING',
    bad: onFile('index: 0, type: uint32, resolve: sk_mark, btfTypeModule: tls'),
    good: onFile('index: 0, type: uint32, resolve: sk_mark, btfType: sock'),
  },
  {
    name: 'a module that cannot be',
    code: 'POLICY_VALUE_INVALID',
    bad: onFile('index: 0, type: uint32, resolve: sk_mark, btfType: sock, btfTypeModule: ../tls'),
    good: onFile('index: 0, type: uint32, resolve: sk_mark, btfType: sock, btfTypeModule: tls'),
  },
  {
    name: 'data without a source',
    code: 'POLICY_FIELD_MISSING',
    bad: withData('type: int, resolve: pid'),
    good: withData('type: int, source: current_task, resolve: pid'),
  },
  {
    name: 'data from elsewhere',
    code: 'POLICY_VALUE_INVALID',
    bad: withData('type: int, source: user_stack, resolve: rax'),
    good: withData('index: 0, type: int, source: current_task, resolve: pid, label: thread'),
  },
  {
    name: 'a register that does not exist',
    code: 'POLICY_RESOLVE_UNKNOWN',
    bad: withData('type: int, source: pt_regs, resolve: r99'),
    good: withData(`type: int, source: pt_regs, resolve: ${REGISTER}`),
  },
  {
    name: 'a register that is no number',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: withData(`type: file, source: pt_regs, resolve: ${REGISTER}`),
    good: withData(`type: string, source: pt_regs, resolve: ${REGISTER}`),
  },
  {
    name: 'a register as a struct',
    code: 'POLICY_VALUE_INVALID',
    bad: withData(`type: int, source: pt_regs, resolve: ${REGISTER}, btfType: file`),
    good: withData('type: int, source: current_task, resolve: pid'),
  },
  {
    name: 'registers where there are none',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: withData(`type: int, source: pt_regs, resolve: ${REGISTER}`).replace(
      'kprobes',
      'fentries',
    ),
    good: withData('type: int, source: current_task, resolve: pid').replace('kprobes', 'fentries'),
  },
  {
    name: 'a member of what a program passes',
    code: 'POLICY_RESOLVE_UNKNOWN',
    bad: inProgram('type: int, source: current_task, resolve: nothing'),
    good: inProgram('type: int, source: current_task, resolve: pid'),
  },
  {
    name: 'a condition on data that is not read',
    code: 'POLICY_ARGUMENT_UNDECLARED',
    bad: matchingData('index: 1, operator: Equal, values: [1]'),
    good: matchingData('index: 0, operator: Equal, values: [1]'),
  },
];
