/** Cases about YAML, the object around the spec, and fields. */

import type { PolicyErrorCode } from '../../../src/rules/index.ts';
import { aFileHook, aPolicy } from './policy-text.ts';

/** A text that earns exactly one diagnostic and a twin that earns none. */
export interface CodeCase {
  readonly name: string;
  readonly severity?: 'error' | 'warning';
  readonly code: PolicyErrorCode;
  readonly bad: string;
  readonly good: string;
}

const returning = (action: string, type: string): string =>
  '  kprobes: [{call: tcp_connect, syscall: false, args: [{index: 0, type: sock}], ' +
  `return: true, returnArg: {index: 0, type: ${type}}, returnArgAction: ${action}}]`;

const HOOK = '  kprobes: [{call: sys_mount}]';
const GOOD = aPolicy(HOOK);
const SPEC = GOOD.slice(GOOD.indexOf('spec:'));

/** A policy with other lines before the spec. */
function withHead(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n${SPEC}`;
}

const API = 'apiVersion: cilium.io/v1alpha1';
const KIND = 'kind: TracingPolicy';
const NAME = 'metadata: {name: sample}';

/** A policy whose labels go through nine levels of tenfold aliases, cut to `levels`. */
function withAliasLevels(levels: number): string {
  const lines = ['  a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level <= levels; level += 1) {
    const items = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ');
    lines.push(`  a${level}: &a${level} [${items}]`);
  }
  const metadata = `metadata:\n  name: sample\n  managedFields:\n  ${lines.join('\n  ')}`;
  return withHead(API, KIND, metadata);
}

/** Mistakes and their twins. */
export const TEXT_CASES: readonly CodeCase[] = [
  {
    name: 'an open bracket',
    code: 'POLICY_YAML_INVALID',
    bad: aPolicy('  kprobes: [{call: sys_mount}'),
    good: GOOD,
  },
  {
    name: 'aliases of aliases',
    code: 'POLICY_YAML_TOO_LARGE',
    bad: withAliasLevels(4),
    good: withAliasLevels(2),
  },
  {
    name: 'more than a mebibyte',
    code: 'POLICY_YAML_TOO_LARGE',
    bad: `${GOOD}# ${'x'.repeat(1024 * 1024)}`,
    good: `${GOOD}# ${'x'.repeat(1000)}`,
  },
  {
    name: 'the same key twice',
    code: 'POLICY_YAML_KEY_DUPLICATE',
    bad: aPolicy('  kprobes: [{call: sys_mount, call: sys_umount}]'),
    good: aPolicy('  kprobes: [{call: sys_mount}, {call: sys_umount}]'),
  },
  {
    name: 'a mapping as a key',
    code: 'POLICY_YAML_KEY_INVALID',
    bad: withHead(API, KIND, 'metadata: {name: sample, ? {a: b} : c}'),
    good: withHead(API, KIND, 'metadata: {name: sample, labels: {a: b}}'),
  },
  {
    name: 'a merge of text',
    code: 'POLICY_YAML_KEY_INVALID',
    bad: withHead(API, KIND, 'metadata: {name: sample, <<: text}'),
    good: withHead(API, KIND, 'metadata: {name: sample, <<: {labels: {a: b}}}'),
  },
  {
    name: 'an alias without its anchor',
    code: 'POLICY_YAML_ALIAS_INVALID',
    bad: withHead(API, KIND, 'metadata: {name: sample, labels: *none}'),
    good: withHead(API, KIND, 'metadata: {name: sample, labels: &one {a: b}, annotations: *one}'),
  },
  {
    name: 'an alias inside its own value',
    code: 'POLICY_YAML_ALIAS_INVALID',
    bad: withHead(API, KIND, 'metadata: {name: sample, managedFields: &self [*self]}'),
    good: withHead(API, KIND, 'metadata: {name: sample, managedFields: &self [x]}'),
  },
  {
    name: 'a foreign tag',
    code: 'POLICY_YAML_TAG_UNSUPPORTED',
    bad: withHead(API, KIND, 'metadata: {name: !env sample}'),
    good: withHead(API, KIND, 'metadata: {name: !!str sample}'),
  },
  { name: 'only comments', code: 'POLICY_DOCUMENT_MISSING', bad: '# nothing\n---\n', good: GOOD },
  {
    name: 'another version',
    code: 'POLICY_API_VERSION_UNKNOWN',
    bad: withHead('apiVersion: cilium.io/v1', KIND, NAME),
    good: withHead(API, KIND, NAME),
  },
  {
    name: 'another kind',
    code: 'POLICY_KIND_UNKNOWN',
    bad: withHead(API, 'kind: TracePolicy', NAME),
    good: withHead(API, KIND, NAME),
  },
  {
    name: 'an upper-case name',
    code: 'POLICY_NAME_INVALID',
    bad: aPolicy(HOOK, 'Sample'),
    good: aPolicy(HOOK, 'sample.1-a'),
  },
  {
    name: 'a name of 254 characters',
    code: 'POLICY_NAME_INVALID',
    bad: aPolicy(HOOK, 'a'.repeat(254)),
    good: aPolicy(HOOK, 'a'.repeat(253)),
  },
  {
    name: 'two policies of one name',
    code: 'POLICY_NAME_DUPLICATE',
    bad: `${GOOD}---\n${GOOD}`,
    good: `${GOOD}---\n${aPolicy(HOOK, 'other')}`,
  },
  {
    name: 'an empty section',
    code: 'POLICY_HOOKS_MISSING',
    bad: aPolicy('  kprobes: []'),
    good: GOOD,
  },
  {
    name: 'a misspelt section',
    code: 'POLICY_FIELD_UNKNOWN',
    bad: aPolicy('  kprobe: [{call: sys_mount}]'),
    good: GOOD,
  },
  {
    name: 'another letter case',
    code: 'POLICY_FIELD_UNKNOWN',
    bad: aPolicy('  kprobes: [{call: sys_mount, Message: mounted}]'),
    good: aPolicy('  kprobes: [{call: sys_mount, message: mounted}]'),
  },
  {
    name: 'no metadata',
    code: 'POLICY_FIELD_MISSING',
    bad: withHead(API, KIND),
    good: withHead(API, KIND, NAME),
  },
  {
    name: 'a null call',
    code: 'POLICY_FIELD_MISSING',
    bad: aPolicy('  kprobes: [{call: }]'),
    good: GOOD,
  },
  {
    name: 'a list instead of a mapping',
    code: 'POLICY_VALUE_TYPE',
    bad: withHead(API, KIND, 'metadata: [sample]'),
    good: withHead(API, KIND, NAME),
  },
  {
    name: 'a quoted boolean',
    code: 'POLICY_VALUE_TYPE',
    bad: aPolicy('  kprobes: [{call: sys_mount, syscall: "true"}]'),
    good: aPolicy('  kprobes: [{call: sys_mount, syscall: true}]'),
  },
  {
    name: 'a mapping instead of a list',
    code: 'POLICY_VALUE_TYPE',
    bad: aPolicy('  kprobes: {call: sys_mount}'),
    good: GOOD,
  },
  {
    name: 'a loader that is not asked for, and nothing else',
    code: 'POLICY_HOOKS_MISSING',
    bad: aPolicy('  loader: false'),
    good: aPolicy('  loader: true'),
  },
  {
    name: 'a loader in quotes',
    code: 'POLICY_VALUE_TYPE',
    bad: aPolicy(`${HOOK}\n  loader: "true"`),
    good: aPolicy(`${HOOK}\n  podSelector: null\n  options: []\n  loader: true`),
  },
  {
    name: 'a loader for some pods',
    code: 'POLICY_SCOPE_INVALID',
    bad: aPolicy('  loader: true\n  podSelector: {matchLabels: {app: web}}'),
    good: aPolicy('  loader: true\n  podSelector: {}\n  containerSelector: {}\n  hostSelector: {}'),
  },
  {
    name: 'a loader for the host only',
    code: 'POLICY_SCOPE_INVALID',
    bad: aPolicy('  loader: true\n  hostSelector: {}'),
    good: aPolicy('  loader: true\n  nodeSelector: {matchLabels: {disk: ssd}}'),
  },
  {
    name: 'an action on a socket that is not returned',
    code: 'POLICY_RETURN_INVALID',
    bad: aPolicy('  kprobes: [{call: sys_mount, returnArgAction: TrackSock}]'),
    good: aPolicy("  kprobes: [{call: sys_mount, returnArgAction: ''}]"),
  },
  {
    name: 'an action on a returned number',
    code: 'POLICY_RETURN_INVALID',
    bad: aPolicy(returning('TrackSock', 'int')),
    good: aPolicy(returning('TrackSock', 'sock')),
  },
  {
    name: 'an action on a returned socket that there is not',
    code: 'POLICY_ACTION_UNKNOWN',
    bad: aPolicy(returning('Sigkill', 'sock')),
    good: aPolicy(returning('UntrackSock', 'sock')),
  },
  {
    name: 'seventeen tags',
    code: 'POLICY_LIST_TOO_LONG',
    bad: aPolicy(`  kprobes: [{call: sys_mount, tags: [${'aa,'.repeat(17)}]}]`),
    good: aPolicy(`  kprobes: [{call: sys_mount, tags: [${'aa,'.repeat(16)}]}]`),
  },
  {
    name: 'a tag of one character',
    code: 'POLICY_TEXT_TOO_SHORT',
    bad: aPolicy('  kprobes: [{call: sys_mount, tags: [a]}]'),
    good: aPolicy('  kprobes: [{call: sys_mount, tags: [aa]}]'),
  },
  {
    name: 'a message of 257 characters',
    severity: 'warning',
    code: 'POLICY_TEXT_TRUNCATED',
    bad: aFileHook(`message: ${'m'.repeat(257)}, selectors: [{matchActions: [{action: NoPost}]}]`),
    good: aFileHook(`message: ${'m'.repeat(256)}, selectors: [{matchActions: [{action: NoPost}]}]`),
  },
];
