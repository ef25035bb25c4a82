/**
 * Guards: for a condition, tests of which one at least holds whenever the condition does. A rule is
 * looked at only when its guard is hit, and guards are found by the indexes of the columns.
 */

import type { FieldName } from '../fields/field-table.ts';
import type { Condition, GlobPart, Test, TestOperator } from '../ir/condition.ts';
import { requiredLiterals } from '../pattern/required-literals.ts';

/** `cost`: roughly how often events hit it; comparable among guards only. */
export interface Guard {
  readonly tests: readonly Test[];
  readonly cost: number;
}

/** How much likelier each kind is to be hit than a whole text of the same length. */
const WEIGHTS = { equals: 1, ends_with: 2, starts_with: 4, contains: 4 } as const;

/** Numbers that rules ask for, such as user id 0, are in many events. */
const NUMBER_WEIGHT = 4;

/**
 * Fields that have one of a few values in every event: that a file was opened for reading says
 * little, and a rule guarded by that is looked at with almost every event.
 */
const FIELDS_OF_FEW_VALUES: ReadonlySet<FieldName> = new Set([
  ...(['event.class', 'event.syscall', 'node.name', 'cluster.name', 'file.flags'] as const),
  ...(['file.filesystem', 'file.mode_bits', 'mount.flags', 'network.family'] as const),
  ...(['network.type', 'network.protocol', 'network.direction', 'dns.type'] as const),
  ...(['process.user', 'process.caps.effective', 'process.caps.permitted'] as const),
  ...(['process.caps.inheritable', 'container.runtime', 'k8s.workload.kind'] as const),
]);

/** More than what all literals of a rule come to: another guard is better, whatever it is. */
const FEW_VALUES_WEIGHT = 1_000;

/** Shorter literals are in too many texts to guard anything. */
const LITERAL_LENGTH_MIN = 2;

/** Undefined when the condition can hold without any test of an index. */
export function chooseGuard(condition: Condition): Guard | undefined {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? undefined : { tests: [], cost: 0 };
    case 'and':
      return condition.parts.map(chooseGuard).reduce(cheaper, undefined);
    case 'or':
      return guardAll(condition.parts.map(chooseGuard));
    case 'test':
      return guardTest(condition);
    default:
      return undefined;
  }
}

function cheaper(a: Guard | undefined, b: Guard | undefined): Guard | undefined {
  if (a === undefined) return b;
  return b === undefined || a.cost <= b.cost ? a : b;
}

function guardAll(guards: readonly (Guard | undefined)[]): Guard | undefined {
  let cost = 0;
  const tests: Test[] = [];
  for (const guard of guards) {
    if (guard === undefined) return undefined;
    cost += guard.cost;
    tests.push(...guard.tests);
  }
  return { tests, cost };
}

function guardTest(test: Test): Guard | undefined {
  const operator = indexedForm(test.operator);
  if (operator === undefined) return undefined;
  const tests = [{ ...test, operator }];
  if (operator.kind === 'number_equals') {
    return { tests, cost: NUMBER_WEIGHT * operator.numbers.length };
  }
  if (FIELDS_OF_FEW_VALUES.has(test.field)) {
    return { tests, cost: FEW_VALUES_WEIGHT * operator.texts.length };
  }
  const weight = WEIGHTS[operator.kind];
  const cost = operator.texts.reduce((sum, text) => sum + weight / (text.length + 1), 0);
  return { tests, cost };
}

export type IndexedOperator = Extract<TestOperator, { texts: readonly string[] }> | NumberOperator;
type NumberOperator = Extract<TestOperator, { kind: 'number_equals' }>;

/** An operator that indexes answer and that holds whenever the given one does. */
export function indexedForm(operator: TestOperator): IndexedOperator | undefined {
  switch (operator.kind) {
    case 'equals':
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return operator.texts.every((text) => isTelling(text, operator.kind)) ? operator : undefined;
    case 'number_equals':
      return operator;
    case 'below': {
      const texts = operator.paths.map((path) => path.replace(/\/$/, ''));
      if (texts.some((text) => text.length < LITERAL_LENGTH_MIN)) return undefined;
      return { kind: 'starts_with', texts, ignoresCase: false };
    }
    case 'glob': {
      const texts = operator.globs.map(longestText);
      if (texts.some((text) => text.length < LITERAL_LENGTH_MIN)) return undefined;
      return { kind: 'contains', texts, ignoresCase: operator.ignoresCase };
    }
    case 'regex':
      return literalsOf(operator);
    default:
      return undefined;
  }
}

/** Without regard to case, as flags within an expression may ask for that. */
function literalsOf({
  patterns,
}: Extract<TestOperator, { kind: 'regex' }>): IndexedOperator | undefined {
  const texts: string[] = [];
  for (const pattern of patterns) {
    const literals = requiredLiterals(pattern);
    if (literals?.every((text) => text.length >= LITERAL_LENGTH_MIN) !== true) return undefined;
    texts.push(...literals);
  }
  return { kind: 'contains', texts, ignoresCase: true };
}

/** A whole text is telling however short it is. */
function isTelling(text: string, kind: keyof typeof WEIGHTS): boolean {
  return kind === 'equals' || text.length >= LITERAL_LENGTH_MIN;
}

function longestText(glob: readonly GlobPart[]): string {
  let longest = '';
  for (const part of glob) {
    if (part.kind === 'text' && part.text.length > longest.length) longest = part.text;
  }
  return longest;
}
