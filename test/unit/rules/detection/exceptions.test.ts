/** Exceptions take events out of a rule, and no others. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import { applyExceptions } from '../../../../src/rules/detection/exceptions/apply-exceptions.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';
import { aCorrelation, aRule } from '../../../support/detection-rules.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const RULES = [aRule({ id: 'r', title: 'R' }), aRule({ id: 'other' }), aCorrelation()];
const BASE = 'rule: r, owner: me, reason: it is known';

function apply(exception: string): { matches(fields: WrittenFields): string[]; codes: string[] } {
  const text = `exceptions:\n  - {${exception}}\n`;
  const { rules, diagnostics } = applyExceptions(RULES, [{ file: 'e.yaml', text }], NOW);
  const index = new RuleIndex(rules.filter((rule) => rule.kind === 'event'));
  return {
    matches: (fields) => index.evaluate(aFieldSource('process.exec', fields)).map(({ id }) => id),
    codes: diagnostics.map(({ severity, code }) => `${severity} ${code}`),
  };
}

const CASES: readonly (readonly [string, string, WrittenFields, WrittenFields])[] = [
  [
    'by fields of this engine',
    `${BASE}, fields: process.exe.path, values: [/a, /b]`,
    { 'process.exe.path': '/b' },
    { 'process.exe.path': '/c' },
  ],
  [
    "by fields of Falco's language",
    `${BASE}, fields: [proc.name, proc.pname], values: [[a, b]]`,
    { 'process.name': 'a', 'parent.name': 'b' },
    { 'process.name': 'a', 'parent.name': 'c' },
  ],
  [
    'by fields of Sigma',
    `${BASE}, fields: [Image], comps: [startswith], values: [[/opt/]]`,
    { 'process.exe.path': '/opt/x' },
    { 'process.exe.path': '/usr/opt/x' },
  ],
  [
    'in a namespace',
    `${BASE}, scope: {namespace: shop}, fields: process.name, values: [a]`,
    { 'process.name': 'a', 'k8s.namespace': 'shop' },
    { 'process.name': 'a', 'k8s.namespace': 'bank' },
  ],
  [
    'of pods with a label',
    `${BASE}, scope: {label.app: web}, fields: process.name, values: [a]`,
    { 'process.name': 'a', 'k8s.pod.label[app]': 'web' },
    { 'process.name': 'a', 'k8s.pod.label[app]': 'api' },
  ],
  [
    'until a day has ended',
    `${BASE}, expires: 2026-06-01, fields: process.name, values: [a]`,
    { 'process.name': 'a' },
    { 'process.name': 'b' },
  ],
];

describe('exceptions', () => {
  for (const [name, exception, excepted, meant] of CASES) {
    it(`take events out of a rule ${name}`, () => {
      const { matches, codes } = apply(exception);

      assert.deepStrictEqual(codes, []);
      assert.deepStrictEqual(matches(excepted), ['other']);
      assert.deepStrictEqual(matches(meant), ['r', 'other']);
    });
  }

  const mistakes: readonly (readonly [string, string, string])[] = [
    [
      'no owner',
      'rule: r, reason: x, fields: process.name, values: [a]',
      'error RULE_EXCEPTION_INVALID',
    ],
    ['no values', `${BASE}, fields: process.name`, 'error RULE_EXCEPTION_INVALID'],
    [
      'too few values',
      `${BASE}, fields: [process.name, Image], values: [[a]]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'no such field',
      `${BASE}, fields: process.nmae, values: [a]`,
      'error RULE_EXCEPTION_FIELD_UNKNOWN',
    ],
    [
      'no such rule',
      'rule: q, owner: me, reason: x, fields: process.name, values: [a]',
      'error RULE_EXCEPTION_RULE_UNKNOWN',
    ],
    [
      'a correlation',
      'rule: a-correlation, owner: me, reason: x, fields: process.name, values: [a]',
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'no date',
      `${BASE}, expires: soon, fields: process.name, values: [a]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'a day that has passed',
      `${BASE}, expires: 2026-05-31, fields: process.name, values: [a]`,
      'warning RULE_EXCEPTION_EXPIRED',
    ],
    [
      'a day that no month has',
      `${BASE}, expires: 2027-02-31, fields: process.name, values: [a]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'a number for a day',
      `${BASE}, expires: 99999, fields: process.name, values: [a]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'fields that are a mapping',
      `${BASE}, fields: {process.name: a}, values: [[a]]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    ['no fields', `${BASE}, fields: [], values: [[]]`, 'error RULE_EXCEPTION_INVALID'],
    [
      'too few comparisons',
      `${BASE}, fields: [process.name, process.pid], comps: [=], values: [[a, 1]]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'a value that is nothing',
      `${BASE}, fields: [process.name], comps: ['!='], values: [[[]]]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'a beginning of every text',
      `${BASE}, fields: [process.name], comps: [startswith], values: [['']]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'a scope that is a text',
      `${BASE}, scope: shop, fields: process.name, values: [a]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'a scope that is a list',
      `${BASE}, scope: [{namespace: shop}], fields: process.name, values: [a]`,
      'error RULE_EXCEPTION_INVALID',
    ],
    [
      'no such scope',
      `${BASE}, scope: {moon: full}, fields: process.name, values: [a]`,
      'error RULE_EXCEPTION_INVALID',
    ],
  ];
  for (const [name, exception, problem] of mistakes) {
    it(`hide nothing with ${name}`, () => {
      const { matches, codes } = apply(exception);

      assert.deepStrictEqual(codes, [problem]);
      assert.deepStrictEqual(matches({ 'process.name': 'a' }), ['r', 'other']);
    });
  }

  it('are for all rules of a title, and for the one of an id', () => {
    const rules = [
      aRule({ id: 'one', title: 'two' }),
      aRule({ id: 'two', title: 'Same' }),
      aRule({ id: 'three', title: 'Same' }),
    ];
    const changed = (rule: string): readonly string[] => {
      const entry = `{rule: ${rule}, owner: me, reason: x, fields: process.name, values: [a]}`;
      const applied = applyExceptions(
        rules,
        [{ file: 'e.yaml', text: `exceptions: [${entry}]` }],
        NOW,
      );
      return applied.rules.flatMap((made, at) => (made === rules[at] ? [] : [made.id]));
    };

    assert.deepStrictEqual(changed('Same'), ['two', 'three']);
    assert.deepStrictEqual(changed('two'), ['two']);
  });
});
