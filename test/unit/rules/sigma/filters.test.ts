/** Filters of Sigma: documents that take events out of the rules of others. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import type { EventRule } from '../../../../src/rules/detection/ir/rule.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';
import { type Compiled, compileTexts } from './compile-texts.ts';
import { GOOD } from './mistakes.ts';

function theRule({ rules, problems }: Compiled, title = 'R'): EventRule {
  assert.deepStrictEqual(problems, []);
  const rule = rules.find((each) => each.title === title);
  assert.ok(rule?.kind === 'event');
  return rule;
}

function matches(rule: EventRule, fields: WrittenFields): boolean {
  return new RuleIndex([rule]).evaluate(aFieldSource('process.exec', fields)).length === 1;
}

const ALICE = { 'process.exe.path': '/a', 'process.user': 'alice' };
const BOB = { 'process.exe.path': '/a', 'process.user': 'bob' };

describe('filters of Sigma', () => {
  const rule = `title: R\nname: r\n${GOOD}---\n`;
  const filter = (rules: string, condition = 'not f'): string =>
    'title: F\nlogsource: {category: process_creation}\n' +
    `filter: {rules: ${rules}, f: {User: bob}, condition: ${condition}}\n`;

  for (const rules of ['[r]', 'any', 'R']) {
    it(`take events out of rules: ${rules}`, () => {
      const filtered = theRule(compileTexts(rule + filter(rules)));

      assert.equal(matches(filtered, ALICE), true);
      assert.equal(matches(filtered, BOB), false);
    });
  }

  it('reach rules of other files, and change their version', () => {
    const plain = theRule(compileTexts(rule));
    const filtered = theRule(compileTexts(filter('[r]'), rule));

    assert.equal(matches(filtered, BOB), false);
    assert.notEqual(filtered.version, plain.version);
  });

  it('leave other rules alone', () => {
    const { rules, problems } = compileTexts(rule + filter('[other]'));
    const [other] = rules;
    assert.ok(other?.kind === 'event');

    assert.equal(matches(other, BOB), true);
    assert.deepStrictEqual(problems, ['SIGMA_RULE_UNKNOWN 8:1']);
  });

  it('leave rules of other logsources alone', () => {
    const files = 'title: F\nlogsource: {category: file_event}\n';
    const { rules, problems } = compileTexts(
      `${rule}${files}filter: {rules: [r], f: {User: bob}, condition: not f}\n`,
    );
    const [other] = rules;
    assert.ok(other?.kind === 'event');

    assert.equal(matches(other, BOB), true);
    assert.deepStrictEqual(problems, ['SIGMA_RULE_UNKNOWN 8:1']);
  });

  it('leave what they match when they do not say otherwise, with a warning', () => {
    const { rules, problems } = compileTexts(rule + filter('[r]', 'f'));
    const [filtered] = rules;
    assert.ok(filtered?.kind === 'event');

    assert.equal(matches(filtered, ALICE), false);
    assert.equal(matches(filtered, BOB), true);
    assert.deepStrictEqual(problems, ['SIGMA_FILTER_NOT_NEGATED 8:49']);
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['no rules', filter('[]'), 'SIGMA_FIELD_MISSING 8:10'],
    [
      'a field that is none',
      filter('any').replace('User', 'Usr'),
      'SIGMA_EVENT_FIELD_UNSUPPORTED 8:26',
    ],
    [
      'a logsource of others',
      filter('any').replace('process_c', 'c'),
      'SIGMA_LOGSOURCE_UNSUPPORTED 7:12',
    ],
  ];
  for (const [name, text, problem] of wrong) {
    it(`hide nothing with ${name}`, () => {
      const { rules, problems } = compileTexts(rule + text);
      const [plain] = rules;
      assert.ok(plain?.kind === 'event');

      assert.equal(matches(plain, BOB), true);
      assert.deepStrictEqual(problems, [problem]);
    });
  }
});
