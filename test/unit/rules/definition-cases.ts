/** Cases about what a spec defines beside its hooks: lists, macros, options, scope. */
import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const withList = (list: string, entry = 'call: "list:some"'): string =>
  aPolicy(`  lists: [{name: some, ${list}}]\n  kprobes: [{${entry}}]`);
const DUPS = 'type: syscalls, values: [sys_dup, sys_dup2]';
const functions = (list: string): string => withList(list, 'call: "list:some", syscall: false');

const withMacros = (macros: string, selector: string): string =>
  aPolicy(
    `  selectorsMacros: {${macros}}\n  kprobes: [{call: sys_mount, selectors: [{${selector}}]}]`,
  );
const SHELLS = 'shells: {matchBinaries: [{operator: In, values: [/bin/sh]}]}';

const withOption = (...options: readonly string[]): string =>
  aPolicy(`  options: [${options.join(', ')}]\n  kprobes: [{call: sys_mount}]`);

const withScope = (scope: string): string => aPolicy(`  ${scope}\n  kprobes: [{call: sys_mount}]`);
const pods = (expression: string): string =>
  withScope(`podSelector: {matchExpressions: [{${expression}}]}`);

const namespaced = (metadata: string, scope = ''): string =>
  aPolicy(`  ${scope}\n  kprobes: [{call: sys_mount}]`)
    .replace('kind: TracingPolicy', 'kind: TracingPolicyNamespaced')
    .replace('{name: sample}', `{${metadata}}`);

const UNKNOWN_OPTION = 'options: [{name: unknown-workload, value: match}]';

const LIST_CASES: readonly CodeCase[] = [
  {
    name: 'a call to a list that is not there',
    code: 'POLICY_NAME_UNDEFINED',
    bad: aPolicy('  kprobes: [{call: "list:some"}]'),
    good: withList(DUPS),
  },
  {
    name: 'a list that nothing uses',
    severity: 'warning',
    code: 'POLICY_DEFINITION_UNUSED',
    bad: withList(DUPS, 'call: sys_dup'),
    good: withList(DUPS),
  },
  {
    name: 'two lists of one name',
    code: 'POLICY_NAME_DUPLICATE',
    bad: withList(`${DUPS}}, {name: some, type: syscalls, values: [sys_dup3]`),
    good: withList(`${DUPS}}, {name: other, type: syscalls, values: [sys_dup3]`).replace(
      'kprobes: [',
      'kprobes: [{call: "list:other"}, ',
    ),
  },
  {
    name: 'an unknown system call in a list',
    code: 'POLICY_SYSCALL_UNKNOWN',
    bad: withList('type: syscalls, values: [sys_dup, sys_dop]'),
    good: withList('type: syscalls, values: [sys_dup, __x64_sys_dup3]'),
  },
  {
    name: 'an unknown function in a list',
    code: 'POLICY_FUNCTION_UNKNOWN',
    bad: functions('values: [security_file_open, security_file_opened]'),
    good: functions('values: [security_file_open, security_file_permission]').replace(
      'syscall: false',
      'syscall: false, selectors: [{matchBinaries: [{operator: In, values: [/bin/sh]}]}]',
    ),
  },
  {
    name: 'hooks on a list with calls of 32-bit programs',
    code: 'POLICY_FEATURE_UNSUPPORTED',
    bad: withList('type: syscalls, values: [sys_dup, __ia32_sys_dup]'),
    good: withList('type: syscalls, values: [sys_dup, __x64_sys_dup3]'),
  },
  {
    name: 'a list of system calls for functions',
    code: 'POLICY_VALUE_INVALID',
    bad: functions(DUPS),
    good: functions('values: [do_exit]'),
  },
  {
    name: 'a list of functions for system calls',
    code: 'POLICY_VALUE_INVALID',
    bad: withList('values: [do_exit]'),
    good: functions('values: [do_exit]'),
  },
  {
    name: 'a type of list that does not exist',
    code: 'POLICY_VALUE_INVALID',
    bad: withList('type: syscall, values: [sys_dup]'),
    good: withList('type: syscalls, values: [sys_dup]'),
  },
  {
    name: 'an empty list',
    code: 'POLICY_VALUE_MISSING',
    bad: withList('type: syscalls'),
    good: withList('type: syscalls, values: [sys_dup]'),
  },
  {
    name: 'values in a generated list',
    code: 'POLICY_VALUE_INVALID',
    bad: functions('type: generated_ftrace, pattern: ^do_exit$, values: [do_exit]'),
    good: functions('type: generated_ftrace, pattern: ^do_exit$, values: []'),
  },
  {
    name: 'a generated list without a pattern',
    code: 'POLICY_FIELD_MISSING',
    bad: functions('type: generated_ftrace'),
    good: functions('type: generated_ftrace, pattern: "^(do_exit|tcp_conn.*)$"'),
  },
  {
    name: 'a pattern for a written list',
    code: 'POLICY_VALUE_INVALID',
    bad: functions('values: [do_exit], pattern: do_exit'),
    good: functions('values: [do_exit], pattern: ""'),
  },
  {
    name: 'a pattern that matches no function',
    code: 'POLICY_FUNCTION_UNKNOWN',
    bad: functions('type: generated_ftrace, pattern: ^exit'),
    good: functions('type: generated_ftrace, pattern: exit$'),
  },
  {
    name: 'a pattern with a reference',
    code: 'POLICY_PATTERN_INVALID',
    bad: functions('type: generated_ftrace, pattern: "(do)_\\\\1"'),
    good: functions('type: generated_ftrace, pattern: "(do)_\\\\w+"'),
  },
];

const MACRO_CASES: readonly CodeCase[] = [
  {
    name: 'a macro that is not there',
    code: 'POLICY_NAME_UNDEFINED',
    bad: withMacros('', 'macros: [shells]'),
    good: withMacros(SHELLS, 'macros: [shells]'),
  },
  {
    name: 'a macro that nothing uses',
    severity: 'warning',
    code: 'POLICY_DEFINITION_UNUSED',
    bad: withMacros(SHELLS, 'label: all'),
    good: withMacros(SHELLS, 'label: all, macros: [shells]'),
  },
  {
    name: 'a field in the macro and in the selector',
    code: 'POLICY_MACRO_CONFLICT',
    bad: withMacros(SHELLS, 'macros: [shells], matchBinaries: [{operator: In, values: [/bin/ls]}]'),
    good: withMacros(SHELLS, 'macros: [shells], matchActions: [{action: Sigkill}]'),
  },
  {
    name: 'a macro of macros',
    code: 'POLICY_MACRO_CONFLICT',
    bad: withMacros(`${SHELLS}, more: {macros: [shells]}`, 'macros: [shells]'),
    good: withMacros(SHELLS, 'macros: [shells]'),
  },
  {
    name: 'a field that selectors do not have, in a macro',
    code: 'POLICY_FIELD_UNKNOWN',
    bad: withMacros('shells: {matchBinary: []}', 'macros: [shells]'),
    good: withMacros(SHELLS, 'macros: [shells]'),
  },
  {
    name: 'macros in a list',
    code: 'POLICY_VALUE_TYPE',
    bad: aPolicy('  selectorsMacros: []\n  kprobes: [{call: sys_mount}]'),
    good: aPolicy('  selectorsMacros: {}\n  kprobes: [{call: sys_mount}]'),
  },
];

const OPTION_CASES: readonly CodeCase[] = [
  {
    name: 'a misspelt option',
    code: 'POLICY_OPTION_UNKNOWN',
    bad: withOption('{name: policy-mod, value: monitor}'),
    good: withOption('{name: policy-mode, value: monitor}'),
  },
  {
    name: 'an option without effect',
    severity: 'warning',
    code: 'POLICY_OPTION_IGNORED',
    bad: withOption('{name: disable-kprobe-multi, value: "1"}'),
    good: withOption(),
  },
  {
    name: 'unknown containers in a policy of a whole namespace',
    severity: 'warning',
    code: 'POLICY_OPTION_IGNORED',
    bad: namespaced('name: sample, namespace: shop', UNKNOWN_OPTION),
    good: namespaced(
      'name: sample, namespace: shop',
      `${UNKNOWN_OPTION}\n  podSelector: {matchLabels: {app: web}}`,
    ),
  },
  {
    name: 'a mode that does not exist',
    code: 'POLICY_VALUE_INVALID',
    bad: withOption('{name: policy-mode, value: observe}'),
    good: withOption('{name: policy-mode, value: enforce}'),
  },
  {
    name: 'an option twice',
    code: 'POLICY_NAME_DUPLICATE',
    bad: withOption('{name: policy-mode, value: enforce}', '{name: policy-mode, value: monitor}'),
    good: withOption('{name: policy-mode, value: enforce}'),
  },
];

const SCOPE_CASES: readonly CodeCase[] = [
  {
    name: 'labels for the host',
    code: 'POLICY_SCOPE_INVALID',
    bad: withScope('hostSelector: {matchLabels: {zone: a}}'),
    good: withScope('hostSelector: {}'),
  },
  {
    name: 'a misspelt operator on labels',
    code: 'POLICY_OPERATOR_UNKNOWN',
    bad: pods('key: app, operator: Notin, values: [web]'),
    good: pods('key: app, operator: NotIn, values: [web]'),
  },
  {
    name: 'values for Exists',
    code: 'POLICY_SCOPE_INVALID',
    bad: pods('key: app, operator: Exists, values: [web]'),
    good: pods('key: app, operator: Exists'),
  },
  {
    name: 'a key that no label has',
    code: 'POLICY_SCOPE_INVALID',
    bad: withScope('podSelector: {matchLabels: {"my app": web}}'),
    good: withScope('podSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": web}}'),
  },
  {
    name: 'a value that no label has',
    code: 'POLICY_SCOPE_INVALID',
    bad: withScope('nodeSelector: {matchLabels: {zone: "a b"}}'),
    good: withScope('nodeSelector: {matchLabels: {topology.kubernetes.io/zone: a}}'),
  },
  {
    name: 'a label for containers',
    code: 'POLICY_SCOPE_INVALID',
    bad: withScope('containerSelector: {matchLabels: {app: web}}'),
    good: withScope('containerSelector: {matchLabels: {repo: docker.io/library/nginx}}'),
  },
  {
    name: 'a namespace for a policy of the cluster',
    code: 'POLICY_SCOPE_INVALID',
    bad: aPolicy('  kprobes: [{call: sys_mount}]').replace('name: sample', 'name: a, namespace: b'),
    good: namespaced('name: sample, namespace: web'),
  },
  {
    name: 'a policy of a namespace for the host',
    code: 'POLICY_SCOPE_INVALID',
    bad: namespaced('name: sample, namespace: web', 'hostSelector: {}'),
    good: namespaced('name: sample, namespace: web', 'podSelector: {}'),
  },
  {
    name: 'a policy of no namespace',
    code: 'POLICY_FIELD_MISSING',
    bad: namespaced('name: sample'),
    good: namespaced('name: sample, namespace: web'),
  },
];

/** Mistakes and their twins. */
export const DEFINITION_CASES: readonly CodeCase[] = [
  ...LIST_CASES,
  ...MACRO_CASES,
  ...OPTION_CASES,
  ...SCOPE_CASES,
];
