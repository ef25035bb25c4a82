/** Cases about hooks and their arguments, on the small kernel. */

import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const probe = (body: string): string => aPolicy(`  kprobes: [{${body}}]`);
const functionProbe = (call: string, argument: string): string =>
  probe(`call: ${call}, syscall: false, args: [{${argument}}]`);
const lsm = (body: string): string => aPolicy(`  lsmhooks: [{${body}}]`);
const ONE_BINARY = 'matchBinaries: [{operator: In, values: [/bin/dd]}]';

const TYPE_MISTAKES: readonly (readonly [string, string, string, string])[] = [
  ['security_file_open', '0', 'path', 'file'],
  ['security_path_truncate', '0', 'file', 'path'],
  ['security_path_truncate', '0', 'size_t', 'path'],
  ['security_file_open', '0', 'int', 'file'],
  ['security_task_prctl', '0', 'size_t', 'int'],
  ['security_task_prctl', '1', 'int', 'size_t'],
  ['security_kernel_read_file', '1', 'string', 'int'],
  ['security_kernel_read_file', '2', 'size_t', 'int'],
  ['security_path_mkdir', '2', 'size_t', 'int'],
  ['kernel_write', '3', 'size_t', ''],
  ['kernel_write', '1', 'string', ''],
  ['lookup_one', '0', 'size_t', 'string'],
  ['lookup_one', '2', 'string', 'int'],
  ['do_exit', '0', 'int', 'size_t'],
  ['tcp_connect', '0', 'file', ''],
];

const TYPE_CASES: readonly CodeCase[] = TYPE_MISTAKES.map(([call, index, wrong, right]) => ({
  name: `${wrong} for parameter ${index} of ${call}`,
  code: 'POLICY_ARGUMENT_TYPE',
  bad: functionProbe(call, `index: ${index}, type: ${wrong}`),
  good:
    right === ''
      ? probe('call: tcp_connect, syscall: false')
      : functionProbe(call, `index: ${index}, type: ${right}`),
}));

/** Mistakes and their twins. */
export const HOOK_CASES: readonly CodeCase[] = [
  ...TYPE_CASES,
  {
    name: 'a kernel function without syscall: false',
    code: 'POLICY_SYSCALL_UNKNOWN',
    bad: probe('call: security_file_open'),
    good: probe('call: security_file_open, syscall: false'),
  },
  {
    name: 'a misspelt system call',
    code: 'POLICY_SYSCALL_UNKNOWN',
    bad: probe('call: sys_opneat'),
    good: probe('call: sys_openat'),
  },
  {
    name: 'a name that every object has',
    code: 'POLICY_SYSCALL_UNKNOWN',
    bad: probe('call: sys_constructor'),
    good: probe('call: __arm64_sys_execve'),
  },
  {
    name: 'an unknown system call that may be missing',
    severity: 'warning',
    code: 'POLICY_SYSCALL_UNKNOWN',
    bad: probe('call: sys_not_yet_invented, ignore: {callNotFound: true}'),
    good: probe('call: sys_mseal, ignore: {callNotFound: true}'),
  },
  {
    name: 'a function the kernel lacks',
    code: 'POLICY_FUNCTION_UNKNOWN',
    bad: probe('call: security_file_opened, syscall: false'),
    good: probe('call: security_file_opened, syscall: false, ignore: {callNotFound: true}'),
  },
  {
    name: 'an LSM hook the kernel lacks',
    code: 'POLICY_HOOK_UNKNOWN',
    bad: lsm('hook: file_opened'),
    good: lsm('hook: bpf_lsm_file_open'),
  },
  {
    name: 'a call that is no name',
    code: 'POLICY_VALUE_INVALID',
    bad: probe('call: "sys open"'),
    good: probe('call: "sys_open"'),
  },
  {
    name: 'a hook that is no name',
    code: 'POLICY_VALUE_INVALID',
    bad: lsm('hook: File-Open'),
    good: lsm('hook: file_open'),
  },
  {
    name: 'a 32-bit system call',
    code: 'POLICY_FEATURE_UNSUPPORTED',
    bad: probe('call: __ia32_sys_dup'),
    good: probe('call: __x64_sys_dup'),
  },
  {
    name: 'a frequent function without selectors',
    severity: 'warning',
    code: 'POLICY_HOOK_HOT',
    bad: probe('call: vfs_write, syscall: false'),
    good: probe(`call: vfs_write, syscall: false, selectors: [{${ONE_BINARY}}]`),
  },
  {
    name: 'a frequent system call with an open last selector',
    severity: 'warning',
    code: 'POLICY_HOOK_HOT',
    bad: probe('call: sys_futex, selectors: [{matchActions: [{action: Post}]}]'),
    good: probe('call: sys_futex, selectors: [{matchActions: [{action: NoPost}]}]'),
  },
  {
    name: 'a frequent LSM hook',
    severity: 'warning',
    code: 'POLICY_HOOK_HOT',
    bad: lsm('hook: file_permission'),
    good: lsm('hook: file_open'),
  },
  {
    name: 'an index past the registers',
    code: 'POLICY_ARGUMENT_INDEX',
    bad: probe('call: sys_mount, args: [{index: 6, type: int}]'),
    good: probe('call: sys_mount, args: [{index: 5, type: int}]'),
  },
  {
    name: 'an index past the prototype',
    code: 'POLICY_ARGUMENT_INDEX',
    bad: lsm('hook: file_open, args: [{index: 1, type: int}]'),
    good: lsm('hook: file_open, args: [{index: 0, type: file}]'),
  },
  {
    name: 'an index that is no number',
    code: 'POLICY_VALUE_TYPE',
    bad: probe('call: sys_mount, args: [{index: first, type: int}]'),
    good: probe('call: sys_mount, args: [{index: "0", type: int}]'),
  },
  {
    name: 'seven arguments',
    code: 'POLICY_LIST_TOO_LONG',
    bad: probe(`call: sys_mount, args: [${'{index: 0, type: int},'.repeat(7)}]`),
    good: probe(`call: sys_mount, args: [${'{index: 0, type: int},'.repeat(6)}]`),
  },
  {
    name: 'an object of the kernel in a system call',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: probe('call: sys_mount, args: [{index: 0, type: file}]'),
    good: probe('call: sys_mount, args: [{index: 0, type: string}]'),
  },
  {
    name: 'a type that is left to the kernel, of a system call',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: probe('call: sys_mount, args: [{index: 0, type: auto}]'),
    good: functionProbe('tcp_connect', 'index: 0, type: auto'),
  },
  {
    name: 'a type that the kernel cannot tell',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: functionProbe('lookup_one', 'index: 5, type: auto'),
    good: functionProbe('security_path_truncate', 'index: 0, type: auto'),
  },
  {
    name: 'a misspelt type',
    code: 'POLICY_ARGUMENT_TYPE_UNKNOWN',
    bad: functionProbe('security_file_open', 'index: 0, type: flie'),
    good: functionProbe('security_file_open', 'index: 0, type: file, label: opened'),
  },
  {
    name: 'a missing type',
    code: 'POLICY_FIELD_MISSING',
    bad: functionProbe('security_file_open', 'index: 0'),
    good: functionProbe('security_file_open', 'index: 0, type: file'),
  },
];
