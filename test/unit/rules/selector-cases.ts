/** Cases about selectors, values and actions. */

import { aFileHook, aMatch, aSelector } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const FILTER = 'matchArgs: [{index: 0, operator: Equal, values: [/etc/passwd]}]';
const act = (actions: string): string => aSelector(`${FILTER}, matchActions: [${actions}]`);
const binaries = (body: string): string => aSelector(`matchBinaries: [{${body}}]`);
const list = (count: number, item: string): string => `${item},`.repeat(count);

/** Mistakes and their twins. */
export const SELECTOR_CASES: readonly CodeCase[] = [
  {
    name: 'a selector past those of one word',
    code: 'POLICY_LIST_TOO_LONG',
    bad: aFileHook(`selectors: [${list(65, `{${FILTER}}`)}]`),
    good: aFileHook(`selectors: [${list(64, `{${FILTER}}`)}]`),
  },
  {
    name: 'too many binary conditions',
    code: 'POLICY_LIST_TOO_LONG',
    bad: aSelector(`matchBinaries: [${list(65, '{operator: In, values: [/bin/dd]}')}]`),
    good: aSelector(`matchBinaries: [${list(64, '{operator: In, values: [/bin/dd]}')}]`),
  },
  {
    name: 'four actions',
    code: 'POLICY_LIST_TOO_LONG',
    bad: act(
      '{action: NoPost}, {action: Sigkill}, {action: Override, argError: -1}, {action: Post}',
    ),
    good: act('{action: NoPost}, {action: Sigkill}, {action: Override, argError: -1}'),
  },
  {
    name: 'a selector after an open one',
    severity: 'warning',
    code: 'POLICY_SELECTOR_SHADOWED',
    bad: aFileHook(`selectors: [{matchActions: [{action: NoPost}]}, {${FILTER}}]`),
    good: aFileHook(`selectors: [{${FILTER}}, {matchActions: [{action: NoPost}]}]`),
  },
  {
    name: 'a workload that is no object',
    code: 'POLICY_VALUE_TYPE',
    bad: aSelector(`${FILTER}, matchWorkloads: web`),
    good: aSelector(`${FILTER}, matchWorkloads: {podSelector: {matchLabels: {app: web}}}`),
  },
  {
    name: 'a container by something else than its name',
    code: 'POLICY_SCOPE_INVALID',
    bad: aSelector(`${FILTER}, matchWorkloads: {containerSelector: {matchLabels: {id: a}}}`),
    good: aSelector(`${FILTER}, matchWorkloads: {containerSelector: {matchLabels: {name: a}}}`),
  },
  {
    name: 'an index that is not read',
    code: 'POLICY_ARGUMENT_UNDECLARED',
    bad: aSelector('matchArgs: [{index: 2, operator: Equal, values: [1]}]'),
    good: aSelector('matchArgs: [{index: 1, operator: Equal, values: [1]}]'),
  },
  {
    name: 'a place past the list',
    code: 'POLICY_ARGUMENT_UNDECLARED',
    bad: aSelector('matchArgs: [{args: [2], operator: Equal, values: [1]}]'),
    good: aSelector('matchArgs: [{args: [1], operator: Equal, values: [1]}]'),
  },
  {
    name: 'neither index nor args',
    code: 'POLICY_FIELD_MISSING',
    bad: aSelector('matchArgs: [{operator: Equal, values: [1]}]'),
    good: aSelector('matchArgs: [{index: 0, args: [1], operator: Equal, values: [1]}]'),
  },
  {
    name: 'several arguments at once',
    code: 'POLICY_ARGUMENT_UNDECLARED',
    bad: aSelector('matchArgs: [{args: [0, 1], operator: Equal, values: [1]}]'),
    good: aSelector('matchArgs: [{args: [1], operator: Equal, values: [1]}]'),
  },
  {
    name: 'a misspelt operator',
    code: 'POLICY_OPERATOR_UNKNOWN',
    bad: aMatch(0, 'operator: equal, values: [/etc/passwd]'),
    good: aMatch(0, 'operator: Equal, values: [/etc/passwd]'),
  },
  {
    name: 'a misspelt operator for binaries',
    code: 'POLICY_OPERATOR_UNKNOWN',
    bad: binaries('operator: Equal, values: [/bin/dd]'),
    good: binaries('operator: In, values: [/bin/dd]'),
  },
  {
    name: 'an operator of later versions',
    code: 'POLICY_FEATURE_UNSUPPORTED',
    bad: aMatch(0, 'operator: In, values: [passwd]'),
    good: aMatch(0, 'operator: SubString, values: [passwd]'),
  },
  {
    name: 'the children of a part of a path',
    code: 'POLICY_OPERATOR_TYPE',
    bad: binaries('operator: Prefix, values: [/opt/], followChildren: true'),
    good: binaries('operator: NotIn, values: [/opt/x], followChildren: true'),
  },
  {
    name: 'a relative beginning of a binary path',
    code: 'POLICY_VALUE_INVALID',
    bad: binaries('operator: Prefix, values: [opt/]'),
    good: binaries('operator: Postfix, values: [opt/x]'),
  },
  {
    name: 'a comparison of text',
    code: 'POLICY_OPERATOR_TYPE',
    bad: aMatch(0, 'operator: GT, values: [1]'),
    good: aMatch(1, 'operator: GT, values: [1]'),
  },
  {
    name: 'a bound that no number is beyond',
    severity: 'warning',
    code: 'POLICY_VALUE_NEVER_MATCHES',
    bad: aMatch(1, 'operator: GT, values: [0x7fffffff]'),
    good: aMatch(1, 'operator: GT, values: [0x7ffffffe]'),
  },
  {
    name: 'a range with its ends exchanged',
    code: 'POLICY_VALUE_INVALID',
    bad: aMatch(1, 'operator: InRange, values: ["7:3"]'),
    good: aMatch(1, 'operator: InRange, values: ["3:7"]'),
  },
  {
    name: 'a mask on text',
    code: 'POLICY_OPERATOR_TYPE',
    bad: aMatch(0, 'operator: Mask, values: [1]'),
    good: aMatch(1, 'operator: Mask, values: [1]'),
  },
  {
    name: 'a prefix of a number',
    code: 'POLICY_OPERATOR_TYPE',
    bad: aMatch(1, 'operator: Prefix, values: [1]'),
    good: aMatch(0, 'operator: Prefix, values: [/tmp/]'),
  },
  {
    name: 'no values',
    code: 'POLICY_VALUE_MISSING',
    bad: aMatch(1, 'operator: Equal'),
    good: aMatch(1, 'operator: Equal, values: [0]'),
  },
  {
    name: 'an empty list of values',
    code: 'POLICY_VALUE_MISSING',
    bad: binaries('operator: In, values: []'),
    good: binaries('operator: In, values: [/bin/dd]'),
  },
  {
    name: 'text for a number',
    code: 'POLICY_VALUE_INVALID',
    bad: aMatch(1, 'operator: Equal, values: [1e3]'),
    good: aMatch(1, 'operator: Equal, values: [1000, "0x3e7", 017, -3]'),
  },
  {
    name: 'empty text',
    code: 'POLICY_VALUE_INVALID',
    bad: aMatch(0, 'operator: Prefix, values: [""]'),
    good: aMatch(0, 'operator: Prefix, values: ["/"]'),
  },
  {
    name: 'text with NUL',
    code: 'POLICY_VALUE_INVALID',
    bad: aMatch(0, 'operator: Equal, values: ["/etc\\0"]'),
    good: aMatch(0, 'operator: Equal, values: ["/etc\\x20"]'),
  },
  {
    name: 'a relative binary',
    code: 'POLICY_VALUE_INVALID',
    bad: binaries('operator: In, values: [dd]'),
    good: binaries('operator: In, values: [/dd]'),
  },
  {
    name: 'an int past 32 bits',
    code: 'POLICY_VALUE_RANGE',
    bad: aMatch(1, 'operator: Equal, values: [0x100000000]'),
    good: aMatch(1, 'operator: Equal, values: [0xffffffff, -0x80000000]'),
  },
  {
    name: 'an int below 32 bits',
    code: 'POLICY_VALUE_RANGE',
    bad: aMatch(1, 'operator: Equal, values: [-2147483649]'),
    good: aMatch(1, 'operator: Equal, values: [-2147483648]'),
  },
  {
    name: 'a positive argError',
    code: 'POLICY_VALUE_RANGE',
    bad: act('{action: Override, argError: 1}'),
    good: act('{action: Override, argError: -1}'),
  },
  {
    name: 'an argError past the last error number',
    code: 'POLICY_VALUE_RANGE',
    bad: act('{action: Override, argError: -4096}'),
    good: act('{action: Override, argError: -4095}'),
  },
  {
    name: 'a prefix of 4097 bytes',
    code: 'POLICY_VALUE_TOO_LONG',
    bad: aMatch(0, `operator: Prefix, values: [/${'é'.repeat(2048)}]`),
    good: aMatch(0, `operator: Prefix, values: [/${'é'.repeat(2047)}]`),
  },
  {
    name: 'a text of 4096 bytes',
    code: 'POLICY_VALUE_TOO_LONG',
    bad: aMatch(0, `operator: Equal, values: [/${'a'.repeat(4095)}]`),
    good: aMatch(0, `operator: Equal, values: [/${'a'.repeat(4094)}]`),
  },
  {
    name: 'a binary path of 256 bytes',
    code: 'POLICY_VALUE_TOO_LONG',
    bad: binaries(`operator: In, values: [/${'a'.repeat(255)}]`),
    good: binaries(`operator: In, values: [/${'a'.repeat(254)}]`),
  },
  ...neverMatches(),
];

function neverMatches(): readonly CodeCase[] {
  const twins: readonly (readonly [string, string, string])[] = [
    [
      'a relative path',
      aMatch(0, 'operator: Equal, values: [etc]'),
      aMatch(0, 'operator: Postfix, values: [etc]'),
    ],
    [
      'a relative prefix',
      aMatch(0, 'operator: Prefix, values: [etc]'),
      aMatch(0, 'operator: Prefix, values: [/etc]'),
    ],
    [
      'a path that ends in a slash',
      aMatch(0, 'operator: Equal, values: [/etc/]'),
      aMatch(0, 'operator: Prefix, values: [/etc/]'),
    ],
    [
      'a path with //',
      aMatch(0, 'operator: Prefix, values: [//etc]'),
      aMatch(0, 'operator: Prefix, values: [/.etc]'),
    ],
    [
      'a value twice',
      aMatch(0, 'operator: Equal, values: [/a, /a]'),
      aMatch(0, 'operator: Equal, values: [/a, /b]'),
    ],
    [
      'a number in two spellings',
      aMatch(1, 'operator: Equal, values: [-1, 0xffffffff]'),
      aMatch(1, 'operator: Equal, values: [-1, 0x7fffffff]'),
    ],
    [
      'an empty mask',
      aMatch(1, 'operator: Mask, values: [0]'),
      aMatch(1, 'operator: Mask, values: [8]'),
    ],
    [
      'a binary that is a directory',
      binaries('operator: In, values: [/bin/]'),
      binaries('operator: In, values: [/bin]'),
    ],
    [
      'a binary with /../',
      binaries('operator: In, values: [/bin/../dd]'),
      binaries('operator: In, values: [/bin/..dd]'),
    ],
  ];
  return twins.map(([name, bad, good]) => ({
    ...{ name, bad, good },
    severity: 'warning',
    code: 'POLICY_VALUE_NEVER_MATCHES',
  }));
}
