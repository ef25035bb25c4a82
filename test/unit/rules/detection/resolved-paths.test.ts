/** Paths below links that every machine has: rules name them by the link, and events do not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRules } from '../../../../src/rules/detection/compile-rules.ts';
import type { Condition } from '../../../../src/rules/detection/ir/condition.ts';
import { aFieldSource } from '../../../support/detection-events.ts';
import { evaluateNaively } from '../../../support/naive-evaluate.ts';

function conditionOf(text: string): Condition {
  const { rules, diagnostics } = compileRules([{ file: 'rule.yaml', text }]);
  assert.deepStrictEqual(diagnostics, []);
  const [rule] = rules;
  assert.ok(rule?.kind === 'event');
  return rule.condition;
}

const sigma = (test: string): Condition =>
  conditionOf(
    `title: Locks\nid: locks\nlogsource: {category: file_event, product: linux}\n` +
      `detection: {s: {${test}}, condition: s}\nlevel: low\n`,
  );

const falco = (condition: string): Condition =>
  conditionOf(`- {rule: Locks, desc: x, condition: "${condition}", output: x, priority: ERROR}`);

/** Of a file that is made, or opened to be read. */
const isTrue = (condition: Condition, path: string): boolean =>
  (['file.create', 'file.open'] as const).some((event) =>
    evaluateNaively(condition, aFieldSource(event, { 'file.path': path })),
  );

describe('paths that rules name by a link', () => {
  const cases: readonly (readonly [what: string, Condition, path: string, twin: string])[] = [
    ['a whole path', sigma('TargetFilename: /var/run/x.pid'), '/run/x.pid', '/srv/run/x.pid'],
    ['a beginning', sigma('TargetFilename|startswith: /var/lock/'), '/run/lock/a', '/run/a'],
    ['a pattern', sigma('TargetFilename: /var/run/*.lock'), '/run/x.lock', '/run/x.pid'],
    ['a path of Falco', falco('evt.type=open and fd.name=/var/run/x'), '/run/x', '/run/xy'],
    ['what is below', falco('evt.type=open and fd.name pmatch (/var/run)'), '/run/a', '/runs/a'],
  ];
  for (const [what, condition, path, twin] of cases) {
    it(`are those that it leads to: ${what}`, () => {
      assert.deepStrictEqual([isTrue(condition, path), isTrue(condition, twin)], [true, false]);
    });
  }

  it('are still those that were written, as in a container without the link', () => {
    const condition = sigma('TargetFilename: /var/run/x.pid');
    assert.equal(isTrue(condition, '/var/run/x.pid'), true);
  });

  it('are not all that end so, or begin so', () => {
    assert.equal(isTrue(sigma('TargetFilename|endswith: /var/run/x'), '/run/x'), false);
    assert.equal(isTrue(sigma('TargetFilename|startswith: /var/runner'), '/runner'), false);
  });
});
