/** Modifiers of fields: which there are, and which fit together. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { RuleReport } from './context.ts';
import type { Placement } from './sigma-text.ts';

/** What is done to values, in the order it is done. */
export type ValueModifier =
  | 'windash'
  | 'expand'
  | 'wide'
  | 'utf16'
  | 'utf16be'
  | 'base64'
  | 'base64offset';

/** How a field is compared with its values. */
export type Comparison =
  | { readonly kind: 'text'; readonly placement: Placement }
  | { readonly kind: 'regex'; readonly flags: string }
  | { readonly kind: 'cidr' }
  | { readonly kind: 'number'; readonly operator: NumberOperator }
  | { readonly kind: 'exists' }
  | { readonly kind: 'field'; readonly placement: Placement };

export type NumberOperator = 'less' | 'less_or_equal' | 'greater' | 'greater_or_equal';

/** The modifiers of one field, read. */
export interface Modifiers {
  readonly values: readonly ValueModifier[];
  readonly comparison: Comparison;
  readonly isAll: boolean;
  readonly isCased: boolean;
  readonly isNegated: boolean;
}

const PLACEMENTS: Readonly<Record<string, Placement>> = {
  contains: 'contains',
  startswith: 'starts_with',
  endswith: 'ends_with',
};

const NUMBERS: Readonly<Record<string, NumberOperator>> = {
  lt: 'less',
  lte: 'less_or_equal',
  gt: 'greater',
  gte: 'greater_or_equal',
};

const VALUES: Readonly<Record<string, ValueModifier>> = {
  windash: 'windash',
  expand: 'expand',
  wide: 'wide',
  utf16le: 'wide',
  utf16: 'utf16',
  utf16be: 'utf16be',
  base64: 'base64',
  base64offset: 'base64offset',
};

/** Letters that follow `re`. */
const REGEX_FLAGS = ['i', 'm', 's'];

/** Parts of a date; events of this sensor have one time only, that of the event. */
const DATE_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'];

const KNOWN = [
  ...Object.keys(PLACEMENTS),
  ...Object.keys(NUMBERS),
  ...Object.keys(VALUES),
  ...['all', 'cased', 'exists', 're', 'cidr', 'fieldref', 'neq', 'not'],
  ...DATE_PARTS,
];

interface Draft {
  values: ValueModifier[];
  placement: Placement | undefined;
  comparison: Exclude<Comparison, { kind: 'text' | 'field' }> | undefined;
  isField: boolean;
  isAll: boolean;
  isCased: boolean;
  isNegated: boolean;
}

/** Reads the names behind a field; undefined after a report. */
export function readModifiers(
  names: readonly string[],
  at: Span,
  report: RuleReport,
): Modifiers | undefined {
  const draft: Draft = {
    ...{ values: [], placement: undefined, comparison: undefined },
    ...{ isField: false, isAll: false, isCased: false, isNegated: false },
  };
  for (const name of names) {
    const problem = take(draft, name);
    if (problem === undefined) continue;
    report.error(problem.code, at, { message: problem.message, hint: problem.hint });
    return undefined;
  }
  return finish(draft, at, report);
}

interface TakeProblem {
  readonly code:
    | 'SIGMA_MODIFIER_UNKNOWN'
    | 'SIGMA_MODIFIER_CONFLICT'
    | 'SIGMA_MODIFIER_UNSUPPORTED';
  readonly message: string;
  readonly hint?: string | undefined;
}

function take(draft: Draft, name: string): TakeProblem | undefined {
  const { comparison } = draft;
  if (comparison?.kind === 'regex' && REGEX_FLAGS.includes(name)) {
    draft.comparison = { kind: 'regex', flags: comparison.flags + name };
    return undefined;
  }
  const placement = Object.hasOwn(PLACEMENTS, name) ? PLACEMENTS[name] : undefined;
  if (placement !== undefined) {
    if (draft.placement !== undefined) return conflict(name);
    draft.placement = placement;
    return undefined;
  }
  const value = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
  if (value !== undefined) {
    draft.values.push(value);
    return undefined;
  }
  return takeSwitch(draft, name) ? undefined : takeComparison(draft, name);
}

function takeSwitch(draft: Draft, name: string): boolean {
  if (name === 'all') draft.isAll = true;
  else if (name === 'cased') draft.isCased = true;
  else if (name === 'neq' || name === 'not') draft.isNegated = true;
  else if (name === 'fieldref') draft.isField = true;
  else return false;
  return true;
}

function takeComparison(draft: Draft, name: string): TakeProblem | undefined {
  if (DATE_PARTS.includes(name)) {
    const message = `${quote(name)} needs a field with a date, and events have none`;
    return { code: 'SIGMA_MODIFIER_UNSUPPORTED', message };
  }
  const comparison = comparisonOf(name);
  if (comparison === undefined) {
    const message = `there is no modifier ${quote(name)}`;
    return { code: 'SIGMA_MODIFIER_UNKNOWN', message, hint: suggest(name, KNOWN) };
  }
  if (draft.comparison !== undefined) return conflict(name);
  draft.comparison = comparison;
  return undefined;
}

function comparisonOf(name: string): Draft['comparison'] {
  if (name === 're') return { kind: 'regex', flags: '' };
  if (name === 'cidr' || name === 'exists') return { kind: name };
  const operator = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  return operator && { kind: 'number', operator };
}

function conflict(name: string): TakeProblem {
  const message = `${quote(name)} does not fit what stands before it`;
  return { code: 'SIGMA_MODIFIER_CONFLICT', message };
}

function finish(draft: Draft, at: Span, report: RuleReport): Modifiers | undefined {
  const { values, placement, comparison, isField, isAll, isCased, isNegated } = draft;
  const isText = comparison === undefined;
  const clash =
    (!isText && (placement !== undefined || isField || isCased)) ||
    (!isText && comparison.kind !== 'regex' && values.some((value) => value !== 'expand')) ||
    (comparison?.kind === 'regex' && values.some((value) => value !== 'expand')) ||
    (comparison?.kind === 'exists' && isAll) ||
    (isField && values.length > 0);
  if (clash) {
    const message = 'these modifiers cannot be combined';
    report.error('SIGMA_MODIFIER_CONFLICT', at, { message });
    return undefined;
  }
  const where = placement ?? 'equals';
  const text: Comparison = { kind: isField ? 'field' : 'text', placement: where };
  return { values, comparison: comparison ?? text, isAll, isCased, isNegated };
}
