/** Tests that compare two fields of one event. */
import type { TestOperator } from '../ir/condition.ts';
import { TEXT_COMPARISONS, textOf } from './run-operator.ts';

type FieldTest = Extract<TestOperator, { kind: 'field' }>;
type Values = readonly (string | number | boolean)[];

/** Whether any value of one field stands to any of the other as the operator says. */
export function runFieldTest(operator: FieldTest, values: Values, others: Values): boolean {
  return values.some((value) => others.some((other) => compare(operator, value, other)));
}

function compare(
  { compare: how, ignoresCase }: FieldTest,
  value: Values[number],
  other: Values[number],
): boolean {
  if (how === 'less') return Number(value) < Number(other);
  if (how === 'greater') return Number(value) > Number(other);
  const [a, b] = [textOf(value), textOf(other)];
  const comparison = TEXT_COMPARISONS[how];
  return ignoresCase ? comparison(a.toLowerCase(), b.toLowerCase()) : comparison(a, b);
}
