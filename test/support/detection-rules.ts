/** Builders of rules as front ends hand them over. */
import type { Condition, Test, TestOperator } from '../../src/rules/detection/ir/condition.ts';
import type { CorrelationRule } from '../../src/rules/detection/ir/correlation.ts';
import type { EventRule, RuleHead } from '../../src/rules/detection/ir/rule.ts';

const HEAD: RuleHead = {
  id: 'a-rule',
  title: 'A rule',
  description: '',
  language: 'sigma',
  level: 'medium',
  status: 'stable',
  tags: [],
  attack: [],
  falsePositives: [],
  references: [],
  author: '',
  runbook: '',
  place: { file: 'rule.yaml', line: 1, column: 1, start: 0, end: 0 },
  version: '0000000000000000',
  isEnabled: true,
  emits: true,
  output: [],
  shownFields: [],
};

/** A rule that matches every event; say what is different. */
export function aRule(changes: Partial<EventRule> = {}): EventRule {
  return { ...HEAD, kind: 'event', condition: { kind: 'constant', value: true }, ...changes };
}

/** A count of one event of `a-rule` in a minute; say what is different. */
export function aCorrelation(changes: Partial<CorrelationRule> = {}): CorrelationRule {
  return {
    ...HEAD,
    id: 'a-correlation',
    kind: 'correlation',
    type: 'event_count',
    rules: ['a-rule'],
    groupBy: [],
    timespanNs: 60_000_000_000n,
    bounds: { greaterOrEqual: 1 },
    values: [],
    ...changes,
  };
}

/** A test of a field. */
export function aTestOf(field: Test['field'], operator: TestOperator): Test {
  return { kind: 'test', field, transforms: [], operator, written: `${field} ${operator.kind}` };
}

/** Case-sensitive test that a field has one of the texts somewhere. */
export function contains(field: Test['field'], ...texts: readonly string[]): Condition {
  return aTestOf(field, { kind: 'contains', texts, ignoresCase: false });
}
