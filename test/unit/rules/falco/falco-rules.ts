/** Rules of Falco's language as they are evaluated, both ways. */
import assert from 'node:assert/strict';
import type { EventClass } from '../../../../src/model/event-class.ts';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import type { EventRule } from '../../../../src/rules/detection/ir/rule.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';
import { evaluateNaively } from '../../../support/naive-evaluate.ts';
import { compile } from './falco-text.ts';

/** The one rule of files that are loaded one after the other, without an error. */
export function theRule(...texts: readonly string[]): EventRule {
  const { rules, problems } = compile(...texts);
  assert.deepStrictEqual(
    problems.filter((problem) => problem.startsWith('error')),
    [],
  );
  const [rule] = rules;
  assert.ok(rule?.kind === 'event' && rules.length === 1);
  return rule;
}

/** Whether the rule is about the event; the index and the meaning of conditions have to agree. */
export function matches(rule: EventRule, eventClass: EventClass, fields: WrittenFields): boolean {
  const source = aFieldSource(eventClass, fields);
  const isMatch = new RuleIndex([rule]).evaluate(source).length === 1;
  assert.equal(isMatch, evaluateNaively(rule.condition, source));
  return isMatch;
}
