/** Why a rule matched an event, or did not: every part of its condition with what it looked at. */
import { assertNever } from '../../../model/errors.ts';
import type { MatchedTest } from '../../../model/finding.ts';
import type { FieldSource } from '../fields/field-value.ts';
import type { Condition, FieldReference, Test } from '../ir/condition.ts';
import { readColumn } from './column.ts';
import { runFieldTest } from './run-field-test.ts';
import { compileOperator } from './run-operator.ts';

/** `missing`: false, because the field is not known. */
export type PartResult = 'true' | 'false' | 'missing';

/** One part of a condition. */
export interface ExplainedPart {
  readonly kind: Condition['kind'];
  readonly result: PartResult;
  /** What the rule calls it, or the test as the author wrote it. */
  readonly written: string;
  /** Of tests: what the field was. */
  readonly value?: string;
  readonly field?: string;
  readonly parts: readonly ExplainedPart[];
}

/** Values in explanations and findings are cut at this length. */
const VALUE_LENGTH_MAX = 1024;

/** Explains the whole condition, also what did not decide it. */
export function explainCondition(condition: Condition, source: FieldSource): ExplainedPart {
  switch (condition.kind) {
    case 'constant':
      return leaf('constant', condition.value, String(condition.value));
    case 'class': {
      const written = `class is ${condition.classes.join(', ')}`;
      return leaf('class', condition.classes.includes(source.class), written);
    }
    case 'not': {
      const part = explainCondition(condition.part, source);
      const result = part.result === 'true' ? 'false' : 'true';
      return { kind: 'not', result, written: condition.label ?? 'not', parts: [part] };
    }
    case 'and':
    case 'or': {
      const parts = condition.parts.map((part) => explainCondition(part, source));
      const isTrue = ({ result }: ExplainedPart): boolean => result === 'true';
      const holds = condition.kind === 'and' ? parts.every(isTrue) : parts.some(isTrue);
      const written = condition.label ?? condition.kind;
      return { kind: condition.kind, result: holds ? 'true' : 'false', written, parts };
    }
    case 'test':
      return explainTest(condition, source);
    default:
      return assertNever(condition);
  }
}

function leaf(kind: 'constant' | 'class', holds: boolean, written: string): ExplainedPart {
  return { kind, result: holds ? 'true' : 'false', written, parts: [] };
}

function explainTest(test: Test, source: FieldSource): ExplainedPart {
  const { operator, written } = test;
  const values = readColumn(test, source);
  const head = { kind: 'test', written, field: nameOf(test), parts: [] } as const;
  if (values.length === 0) return { ...head, result: 'missing' };
  const value = values.join(', ').slice(0, VALUE_LENGTH_MAX);
  return { ...head, value, result: holdsFor(operator, values, source) ? 'true' : 'false' };
}

function holdsFor(
  operator: Test['operator'],
  values: ReturnType<typeof readColumn>,
  source: FieldSource,
): boolean {
  if (operator.kind === 'exists') return true;
  if (operator.kind === 'field') {
    const other = { ...operator.other, transforms: operator.otherTransforms };
    return runFieldTest(operator, values, readColumn(other, source));
  }
  return values.some(compileOperator(operator));
}

/** A field with its key, as people write it. */
export function nameOf({ field, key }: FieldReference): string {
  return key === undefined ? field : `${field}[${key}]`;
}

/** The tests that made a condition true: those of parts that are true and not denied. */
export function matchedTests(part: ExplainedPart): readonly MatchedTest[] {
  if (part.result !== 'true' || part.kind === 'not') return [];
  if (part.kind !== 'test') return part.parts.flatMap(matchedTests);
  return [{ written: part.written, field: part.field ?? '', value: part.value ?? '' }];
}
