/** Documents of Sigma that are about other rules: filters and correlations. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import type { DetectionRule, EventRule } from '../../../../src/rules/detection/ir/rule.ts';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';

const GOOD = 'logsource: {category: process_creation}\ndetection: {s: {Image: /a}, condition: s}\n';

function compile(text: string): { rules: readonly DetectionRule[]; problems: readonly string[] } {
  const { rules, diagnostics } = compileSigma([{ file: 'rule.yaml', text }]);
  const problems = diagnostics.map(({ code, location }) => `${code} ${location.line}`);
  return { rules, problems };
}

function theRule(text: string): EventRule {
  const { rules, problems } = compile(text);
  assert.deepStrictEqual(problems, []);
  const [rule] = rules;
  assert.ok(rule?.kind === 'event' && rules.length === 1);
  return rule;
}

function matches(rule: EventRule, fields: WrittenFields): boolean {
  return new RuleIndex([rule]).evaluate(aFieldSource('process.exec', fields)).length === 1;
}

describe('filters of Sigma', () => {
  const rule = `title: R\nname: r\n${GOOD}---\n`;
  const filter = (rules: string): string =>
    'title: F\nlogsource: {category: process_creation}\n' +
    `filter: {rules: ${rules}, f: {User: bob}, condition: not f}\n`;

  for (const rules of ['[r]', 'any', 'R']) {
    it(`take events out of rules: ${rules}`, () => {
      const filtered = theRule(rule + filter(rules));

      assert.equal(matches(filtered, { 'process.exe.path': '/a' }), true);
      const bobs = { 'process.exe.path': '/a', 'process.user': 'bob' };
      assert.equal(matches(filtered, bobs), false);
    });
  }

  it('leave other rules alone', () => {
    const { rules, problems } = compile(rule + filter('[other]'));
    const [other] = rules;
    assert.ok(other?.kind === 'event');

    const bobs = { 'process.exe.path': '/a', 'process.user': 'bob' };
    assert.equal(matches(other, bobs), true);
    assert.deepStrictEqual(problems, ['SIGMA_RULE_UNKNOWN 8']);
  });
});

describe('correlations of Sigma', () => {
  const rules = `title: A\nname: a\n${GOOD}---\ntitle: B\nname: b\n${GOOD}---\n`;
  const read = (body: string): DetectionRule => {
    const compiled = compile(`${rules}title: C\nname: c\ncorrelation: {${body}}\n`);
    assert.deepStrictEqual(compiled.problems, []);
    const rule = compiled.rules.find(({ title }) => title === 'C');
    assert.ok(rule);
    return rule;
  };

  it('are read whole', () => {
    const rule = read(
      'type: value_count, rules: [a, b], group-by: [who], timespan: 5m, ' +
        'aliases: {who: {a: User, b: LogonId}}, condition: {gte: 3, field: Image}',
    );

    assert.ok(rule.kind === 'correlation');
    const { type, rules: parts, groupBy, timespanNs, bounds, values } = rule;
    const image = { field: 'process.exe.path', key: undefined };
    assert.deepStrictEqual(
      { type, parts, groupBy, timespanNs, bounds, values },
      {
        type: 'value_count',
        parts: ['a', 'b'],
        groupBy: [
          {
            written: 'who',
            fields: new Map([
              ['a', { field: 'process.user', key: undefined }],
              ['b', { field: 'process.loginuid', key: undefined }],
            ]),
          },
        ],
        timespanNs: 300_000_000_000n,
        bounds: { greaterOrEqual: 3 },
        values: [
          {
            written: 'Image',
            fields: new Map([
              ['a', image],
              ['b', image],
            ]),
          },
        ],
      },
    );
  });

  it('have conditions over rules', () => {
    const rule = read("type: temporal, rules: [a, b], timespan: 1h, condition: 'a and not b'");

    assert.ok(rule.kind === 'correlation');
    assert.deepStrictEqual(rule.condition, {
      kind: 'and',
      parts: [
        { kind: 'rule', id: 'a' },
        { kind: 'not', part: { kind: 'rule', id: 'b' } },
      ],
    });
  });

  for (const type of ['event_count', 'temporal', 'temporal_ordered']) {
    it(`silence the rules that they are made of: ${type}`, () => {
      const correlation = (generate: boolean): string =>
        `${rules}title: C\ncorrelation: {type: ${type}, rules: [a], timespan: 1m, ` +
        `condition: {gte: 1}, generate: ${generate}}\n`;
      const emitting = (generate: boolean): readonly string[] =>
        compile(correlation(generate))
          .rules.filter(({ emits }) => emits)
          .map(({ title }) => title);

      assert.deepStrictEqual(emitting(false), ['B', 'C']);
      assert.deepStrictEqual(emitting(true), ['A', 'B', 'C']);
    });
  }
});
