/** YAML on the way to policies: documents, anchors, merges, places. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CompiledPolicies, compilePolicies } from '../../../src/rules/index.ts';
import { aPolicy } from './policy-text.ts';

const HEAD = 'apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: sample}\n';

function compile(text: string): CompiledPolicies {
  return compilePolicies(text, 'policy.yaml');
}

function describeHooks({ plans }: CompiledPolicies): readonly string[] {
  return plans.flatMap(({ name, hooks }) =>
    hooks.map(({ source, hook, message }) => `${name} ${source} ${hook.name} ${message}`.trim()),
  );
}

describe('policy files', () => {
  it('gives one plan per document and skips empty documents', () => {
    const first = aPolicy('  kprobes: [{call: sys_mount}]', 'first');
    const second = aPolicy('  lsmhooks: [{hook: bpf_lsm_file_open}]', 'second');

    const result = compile(`---\n${first}---\n# nothing\n---\n${second}...\n`);

    assert.deepStrictEqual(describeHooks(result), [
      'first kprobes[0] mount',
      'second lsmhooks[0] file_open',
    ]);
  });

  it('rejects the whole file when one document has an error', () => {
    const good = aPolicy('  kprobes: [{call: sys_mount}]', 'good');
    const bad = aPolicy('  kprobes: [{call: sys_mnuot}]', 'bad');

    const { plans, diagnostics } = compile(`${good}---\n${bad}`);

    assert.deepStrictEqual(
      [plans, diagnostics.map(({ code }) => code)],
      [[], ['POLICY_SYSCALL_UNKNOWN']],
    );
  });

  it('keeps plans when there are only warnings', () => {
    const { plans, diagnostics } = compile(aPolicy('  kprobes: [{call: sys_futex}]'));

    assert.deepStrictEqual(
      [plans.length, diagnostics.map(({ severity }) => severity)],
      [1, ['warning']],
    );
  });

  it('reads files with a byte order mark and CR LF lines', () => {
    const text = `\ufeff${aPolicy('  kprobes: [{call: sys_mount}]').replaceAll('\n', '\r\n')}`;

    assert.deepStrictEqual(describeHooks(compile(text)), ['sample kprobes[0] mount']);
  });

  it('follows aliases and merges, and lets written fields win', () => {
    const spec = `spec:
  kprobes:
    - &base {call: sys_mount, message: from base}
    - {<<: *base, call: sys_umount}
    - <<: [{message: nearest}, *base]
`;

    assert.deepStrictEqual(describeHooks(compile(HEAD + spec)), [
      'sample kprobes[0] mount from base',
      'sample kprobes[1] umount2 from base',
      'sample kprobes[2] mount nearest',
    ]);
  });

  it('does not see anchors of an earlier document', () => {
    const first = `${HEAD}spec: &spec {kprobes: [{call: sys_mount}]}\n`;
    const second = `${HEAD.replace('sample', 'other')}spec: *spec\n`;

    const { diagnostics } = compile(`${first}---\n${second}`);

    assert.deepStrictEqual(
      diagnostics.map(({ code }) => code),
      ['POLICY_YAML_ALIAS_INVALID'],
    );
  });

  it('takes a quoted merge key for an ordinary name', () => {
    const spec = 'spec:\n  kprobes: [{call: sys_mount, "<<": {message: text}}]\n';

    const { diagnostics } = compile(HEAD + spec);

    assert.deepStrictEqual(
      diagnostics.map(({ code }) => code),
      ['POLICY_FIELD_UNKNOWN'],
    );
  });

  it('names the exact place of a problem', () => {
    const text = aPolicy('  kprobes:\n    - call: sys_mount\n      mesage: text');

    const { diagnostics } = compile(text);

    const start = text.indexOf('mesage');
    assert.deepStrictEqual(diagnostics, [
      {
        code: 'POLICY_FIELD_UNKNOWN',
        severity: 'error',
        message: 'a kprobes entry has no field `mesage`',
        hint: 'did you mean `message`?',
        location: { file: 'policy.yaml', line: 7, column: 7, start, end: start + 6 },
      },
    ]);
  });

  it('reports a mistake behind several aliases once', () => {
    const spec = `spec:
  kprobes:
    - {call: sys_mount, selectors: &selectors [{matchActions: [{action: post}]}]}
    - {call: sys_umount, selectors: *selectors}
`;

    const { diagnostics } = compile(HEAD + spec);

    assert.deepStrictEqual(
      diagnostics.map(({ code }) => code),
      ['POLICY_ACTION_UNKNOWN'],
    );
  });

  it('takes brackets that end right under their key', () => {
    const spec = `spec:
  kprobes: [
    {call: sys_mount, # [not the end
     message: as told
  },

  # The last one.
    {call: sys_umount
  }
  ]
`;

    const { plans, diagnostics } = compile(HEAD + spec);

    assert.deepStrictEqual(
      [describeHooks({ plans, diagnostics }), diagnostics],
      [['sample kprobes[0] mount as told', 'sample kprobes[1] umount2'], []],
    );
  });

  it('leaves texts alone that have such brackets in them', () => {
    const spec = `spec:
  kprobes: [
    {call: sys_mount, message: one
  }]
  lsmhooks:
    - hook: file_open
      message: |
        [
          ]
        ] end
    - hook: bpf
      message: >-
        ] a
`;

    const found = describeHooks(compile(HEAD + spec));

    assert.deepStrictEqual(found, [
      'sample kprobes[0] mount one',
      'sample lsmhooks[0] file_open [\n  ]\n] end',
      'sample lsmhooks[1] bpf ] a',
    ]);
  });

  it('names the exact place of a problem within and behind such brackets', () => {
    const spec =
      'spec:\r\n  kprobes: [\r\n    {cal: sys_mount\r\n  }, {cawl: 1\r\n}\r\n  ]\r\n  b: 1\r\n';
    const text = HEAD.replaceAll('\n', '\r\n') + spec;

    const { diagnostics } = compile(text);

    assert.deepStrictEqual(
      diagnostics.map(({ location: { line, column, start, end } }) => {
        return `${line}:${column} ${text.slice(start, end)}`;
      }),
      ['6:5 {cal: sys_mount', '6:6 cal', '7:6 {cawl: 1', '7:7 cawl', '10:3 b'],
    );
  });

  it('rejects what else stands there', () => {
    const texts = ['  kprobes: [\n  {call: sys_mount}]\n', '  kprobes:\n {call: sys_mount}\n'];

    const found = texts.map((text) => compile(`${HEAD}spec:\n${text}`).diagnostics);

    assert.deepStrictEqual(
      found.map((diagnostics) => diagnostics.map(({ code }) => code)),
      [['POLICY_YAML_INVALID'], ['POLICY_YAML_INVALID']],
    );
  });

  it('returns at most a hundred diagnostics, errors before warnings, in order of place', () => {
    const warnings = '    - {call: sys_futex}\n'.repeat(150);
    const errors = '    - {call: sys_mnuot}\n'.repeat(3);

    const { diagnostics } = compile(`${HEAD}spec:\n  kprobes:\n${warnings}${errors}`);

    const starts = diagnostics.map(({ location }) => location.start);
    assert.equal(diagnostics.length, 100);
    assert.equal(diagnostics.filter(({ severity }) => severity === 'error').length, 3);
    assert.deepStrictEqual(
      starts,
      [...starts].sort((a, b) => a - b),
    );
  });
});
