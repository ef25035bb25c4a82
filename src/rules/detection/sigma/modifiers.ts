/** Modifiers of fields: what is done to values, and how they are compared. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { TimePart } from '../ir/condition.ts';
import type { RuleReport } from './context.ts';
import type { SigmaErrorCode } from './errors.ts';
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
  /** The field is a time, of which this part is compared. */
  readonly timePart: TimePart | undefined;
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

const TIME_PARTS: readonly TimePart[] = ['minute', 'hour', 'day', 'week', 'month', 'year'];

/** They make bytes of a text, which stand in no text themselves. */
const CHARACTER_SETS: readonly ValueModifier[] = ['wide', 'utf16', 'utf16be'];

const isEncoder = (step: ValueModifier): boolean => step !== 'windash' && step !== 'expand';

const KNOWN = [
  ...Object.keys(PLACEMENTS),
  ...Object.keys(NUMBERS),
  ...Object.keys(VALUES),
  ...['all', 'cased', 'exists', 're', 'cidr', 'fieldref', 'neq'],
  ...TIME_PARTS,
];

interface Draft {
  readonly values: ValueModifier[];
  placement: Placement | undefined;
  comparison: Exclude<Comparison, { kind: 'text' | 'field' }> | undefined;
  timePart: TimePart | undefined;
  /** Of all, cased, neq and fieldref. */
  readonly switches: Set<string>;
}

interface Problem {
  readonly code: SigmaErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Reads the names behind a field; undefined after a report. */
export function readModifiers(
  names: readonly string[],
  at: Span,
  report: RuleReport,
): Modifiers | undefined {
  const draft: Draft = {
    ...{ values: [], placement: undefined, comparison: undefined, timePart: undefined },
    switches: new Set(),
  };
  const problem = readNames(draft, names) ?? findClash(draft, names);
  if (problem === undefined) return finish(draft);
  report.error(problem.code, at, { message: problem.message, hint: problem.hint });
  return undefined;
}

function readNames(draft: Draft, names: readonly string[]): Problem | undefined {
  for (const [at, name] of names.entries()) {
    const fits = take(draft, name, names[at - 1]);
    if (fits === true) continue;
    if (fits === false) {
      const before = quote(names.slice(0, at).join('|'));
      const message = `${quote(name)} does not fit behind ${before}`;
      return { code: 'SIGMA_MODIFIER_CONFLICT', message };
    }
    return fits;
  }
  return undefined;
}

/** Whether the next name fits; a problem when there is no such name. */
function take(draft: Draft, name: string, before: string | undefined): boolean | Problem {
  if (['i', 'm', 's'].includes(name)) return takeFlag(draft, name, before);
  if (['all', 'cased', 'neq', 'fieldref'].includes(name)) {
    if (draft.switches.has(name)) return false;
    draft.switches.add(name);
    return true;
  }
  if (Object.hasOwn(PLACEMENTS, name)) {
    const isFirst = draft.placement === undefined;
    draft.placement = PLACEMENTS[name];
    return isFirst;
  }
  const value = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
  if (value !== undefined) return takeValue(draft, value);
  const part = TIME_PARTS.find((known) => known === name);
  if (part !== undefined) {
    const isFirst = draft.timePart === undefined;
    draft.timePart = part;
    return isFirst;
  }
  return takeComparison(draft, name);
}

/** Flags follow `re`, or one another. */
function takeFlag(draft: Draft, name: string, before = ''): boolean | Problem {
  const { comparison } = draft;
  if (comparison?.kind !== 'regex' || !['re', 'i', 'm', 's'].includes(before)) {
    const message = `${quote(name)} stands behind \`re\` only`;
    return { code: 'SIGMA_MODIFIER_CONFLICT', message };
  }
  draft.comparison = { kind: 'regex', flags: comparison.flags + name };
  return !comparison.flags.includes(name);
}

/** A value is encoded before it is looked for, and what is encoded has no more to be changed. */
function takeValue({ values, placement }: Draft, value: ValueModifier): boolean {
  const isEncoded = values.some(isEncoder);
  const last = values.at(-1);
  values.push(value);
  if (!isEncoder(value)) return !isEncoded && values.indexOf(value) === values.length - 1;
  return placement === undefined && last !== 'base64offset';
}

function takeComparison(draft: Draft, name: string): boolean | Problem {
  const comparison = comparisonOf(name);
  if (comparison === undefined) {
    const message = `there is no modifier ${quote(name)}`;
    return { code: 'SIGMA_MODIFIER_UNKNOWN', message, hint: suggest(name, KNOWN) };
  }
  const isFirst = draft.comparison === undefined;
  draft.comparison = comparison;
  return isFirst;
}

function comparisonOf(name: string): Draft['comparison'] {
  if (name === 're') return { kind: 'regex', flags: '' };
  if (name === 'cidr' || name === 'exists') return { kind: name };
  const operator = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  return operator && { kind: 'number', operator };
}

/** What is wrong with the names together. */
function findClash(draft: Draft, names: readonly string[]): Problem | undefined {
  const { values, placement, comparison, timePart, switches } = draft;
  const last = values.filter(isEncoder).at(-1);
  if (last !== undefined && CHARACTER_SETS.includes(last)) {
    const message = `${quote(last)} makes bytes of no text, and needs \`base64offset\` behind it`;
    return { code: 'SIGMA_MODIFIER_CONFLICT', message };
  }
  const isField = switches.has('fieldref');
  const isChanged = values.some((value) => value !== 'expand');
  const isTextual = placement !== undefined || isField || switches.has('cased') || isChanged;
  const clashes =
    (comparison !== undefined && isTextual) ||
    (isField && values.length > 0) ||
    (comparison?.kind === 'exists' && (values.length > 0 || switches.size > 0)) ||
    (comparison?.kind === 'number' && switches.has('neq')) ||
    (timePart !== undefined && (isTextual || !['number', undefined].includes(comparison?.kind)));
  if (!clashes) return undefined;
  const written = names.map(quote).join(' and ');
  return { code: 'SIGMA_MODIFIER_CONFLICT', message: `${written} cannot be combined` };
}

function finish({ values, placement, comparison, timePart, switches }: Draft): Modifiers {
  const kind = switches.has('fieldref') ? 'field' : 'text';
  return {
    values,
    comparison: comparison ?? { kind, placement: placement ?? 'equals' },
    timePart,
    isAll: switches.has('all'),
    isCased: switches.has('cased'),
    isNegated: switches.has('neq'),
  };
}
