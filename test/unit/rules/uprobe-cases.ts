/** Cases about places in programs. */
import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const uprobe = (body: string): string => aPolicy(`  uprobes: [{${body}}]`);
const usdt = (body: string): string => aPolicy(`  usdts: [{${body}}]`);
const inBash = (rest: string): string => uprobe(`path: /bin/bash, ${rest}`);
const namespaced = (text: string): string =>
  text
    .replace('kind: TracingPolicy', 'kind: TracingPolicyNamespaced')
    .replace('{name: sample}', '{name: sample, namespace: web}');
const DENY = 'selectors: [{matchActions: [{action: Override, argError: -1}]}]';

const withStack = (field: string): string =>
  `selectors: [{matchActions: [{action: Post, ${field}: true}]}]`;

/** Mistakes and their twins. */
export const UPROBE_CASES: readonly CodeCase[] = [
  {
    name: 'a probe without its file',
    code: 'POLICY_FIELD_MISSING',
    bad: uprobe('symbols: [readline]'),
    good: inBash('symbols: [readline]'),
  },
  {
    name: 'a stack of the kernel at a place of a program',
    code: 'POLICY_ACTION_PARAMETER',
    severity: 'warning',
    bad: inBash(`symbols: [readline], ${withStack('kernelStackTrace')}`),
    good: inBash(`symbols: [readline], ${withStack('userStackTrace')}`),
  },
  {
    name: 'a relative path',
    code: 'POLICY_VALUE_INVALID',
    bad: uprobe('path: bash, symbols: [readline]'),
    good: uprobe('path: /usr/bin/bash, symbols: ["readline+0x10"]'),
  },
  {
    name: 'a probe without a place',
    code: 'POLICY_FIELD_MISSING',
    bad: inBash('symbols: []'),
    good: inBash('offsets: [4096]'),
  },
  {
    name: 'two kinds of places',
    code: 'POLICY_FIELD_MISSING',
    bad: inBash('symbols: [readline], addrs: [0x1000]'),
    good: inBash('symbols: [], addrs: [0x1000]'),
  },
  {
    name: 'a symbol that is none',
    code: 'POLICY_VALUE_INVALID',
    bad: inBash('symbols: ["read line"]'),
    good: inBash('symbols: ["main.(*Server).Serve"]'),
  },
  {
    name: 'an offset that is none',
    code: 'POLICY_VALUE_INVALID',
    bad: inBash('offsets: [-1]'),
    good: inBash('offsets: ["0x10"]'),
  },
  {
    name: 'fewer counters than places',
    code: 'POLICY_VALUE_INVALID',
    bad: inBash('offsets: [1, 2], refCtrOffsets: [64]'),
    good: inBash('offsets: [1, 2], refCtrOffsets: [64, 72]'),
  },
  {
    name: 'a digest by an unknown algorithm',
    code: 'POLICY_VALUE_INVALID',
    bad: inBash(`symbols: [readline], binaryDigests: ["md5:${'0'.repeat(32)}"]`),
    good: inBash(`symbols: [readline], binaryDigests: ["sha1:${'0'.repeat(40)}"]`),
  },
  {
    name: 'a digest with a digit too few',
    code: 'POLICY_VALUE_INVALID',
    bad: inBash(`symbols: [readline], binaryDigests: ["sha256:${'a'.repeat(63)}"]`),
    good: inBash(`symbols: [readline], binaryDigests: ["sha256:${'A'.repeat(64)}"]`),
  },
  {
    name: 'a digest with a letter that is no digit',
    code: 'POLICY_VALUE_INVALID',
    bad: inBash(`symbols: [readline], binaryDigests: ["sha512:${'g'.repeat(128)}"]`),
    good: inBash(`symbols: [readline], binaryDigests: ["sha512:${'f'.repeat(128)}"]`),
  },
  {
    name: 'a build id with half a byte',
    code: 'POLICY_VALUE_INVALID',
    bad: inBash('symbols: [readline], binaryDigests: ["build-id:abc"]'),
    good: inBash('symbols: [readline], binaryDigests: ["build-id:abcd"]'),
  },
  {
    name: 'a failure of digests to ignore where there are none',
    code: 'POLICY_FIELD_UNKNOWN',
    bad: aPolicy(
      '  kprobes: [{call: sys_openat, ignore: {digestVerificationFailure: true}, ' +
        'selectors: [{matchPIDs: [{operator: In, values: [1]}]}]}]',
    ),
    good: inBash(
      `symbols: [readline], binaryDigests: ["sha384:${'0'.repeat(96)}"], ` +
        'ignore: {digestVerificationFailure: true}',
    ),
  },
  {
    name: 'an object of the kernel in a program',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: inBash('symbols: [readline], args: [{index: 0, type: file}]'),
    good: inBash('symbols: [readline], args: [{index: 0, type: string}]'),
  },
  {
    name: 'denying in a program',
    code: 'POLICY_OVERRIDE_UNSUPPORTED',
    bad: inBash(`symbols: [readline], ${DENY}`),
    good: inBash('symbols: [readline], selectors: [{matchActions: [{action: Sigkill}]}]'),
  },
  {
    name: 'a marked place without its provider',
    code: 'POLICY_FIELD_MISSING',
    bad: usdt('path: /bin/db, name: query__start'),
    good: usdt('path: /bin/db, provider: db, name: query__start'),
  },
  {
    name: 'a marked place that is no name',
    code: 'POLICY_VALUE_INVALID',
    bad: usdt('path: /bin/db, provider: db, name: "db:query"'),
    good: usdt('path: /bin/db, provider: db, name: query-start'),
  },
  {
    name: 'a marked place in no absolute path',
    code: 'POLICY_VALUE_INVALID',
    bad: usdt('path: db, provider: db, name: query'),
    good: usdt('path: /bin/db, provider: db, name: query'),
  },
  {
    name: 'marked places for the pods of a namespace',
    code: 'POLICY_SCOPE_INVALID',
    bad: namespaced(usdt('path: /bin/db, provider: db, name: query')),
    good: usdt('path: /bin/db, provider: db, name: query'),
  },
  {
    name: 'probes in programs for the pods of a namespace',
    code: 'POLICY_SCOPE_INVALID',
    bad: namespaced(inBash('symbols: [readline]')),
    good: inBash('symbols: [readline]'),
  },
];
