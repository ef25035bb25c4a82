/**
 * What is enough for a condition to hold, in comparisons that the kernel makes: the counterpart of
 * what `pushdown.ts` asks for, which has to hold. On what is enough the kernel can act by itself;
 * on everything else it is the agent that decides.
 */
import type { Condition, Test, TestOperator } from '../ir/condition.ts';
import { named, namesOf, networksOf, numbered, textsOf } from './comparable.ts';
import type { Term } from './pushdown.ts';
import type { Push, PushedText, SourceHook } from './source.ts';

/** One value at least compares, or with `isNegated` none does, and the argument is known. */
export interface Comparison {
  readonly label: string;
  readonly operator: Term['operator'];
  readonly values: readonly (string | number)[];
  readonly isNegated: boolean;
}

/** All of them hold. */
export type Clause = readonly Comparison[];

/** More of them, of one condition, are left to the agent. */
const CLAUSES_MAX = 16;

/** Bytes of a name that the kernel keeps; of a longer one its beginning is another name of it. */
const KERNEL_NAME_BYTES = 15;

/** Clauses of which each implies the condition; none when nothing does that the kernel can see. */
export function sufficientClauses(
  condition: Condition,
  { pushes = [] }: Pick<SourceHook, 'pushes'>,
): readonly Clause[] {
  const clauses = holding(condition, pushes).filter(isDecidable);
  return clauses.length <= CLAUSES_MAX ? merge(withoutCovered(clauses)) : [];
}

/** What cannot be read compares with nothing: something else has to say that it was read. */
function isDecidable(clause: Clause): boolean {
  const known = new Set(clause.flatMap(({ isNegated, label }) => (isNegated ? [] : [label])));
  return clause.length > 0 && clause.every(({ label }) => known.has(label));
}

/** Clauses of which any is enough, where alternatives of one comparison are one. */
function merge(clauses: readonly Clause[]): readonly Clause[] {
  const whole = clauses.filter(({ length }) => length > 1);
  const single = clauses.flatMap((clause) => (clause.length === 1 ? clause : []));
  const groups = Map.groupBy(single, ({ label, operator }) => `${label} ${operator}`);
  return [
    ...[...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      return [[{ ...first, values: [...new Set(group.flatMap(({ values }) => values))] }]];
    }),
    ...whole,
  ];
}

function holding(condition: Condition, pushes: readonly Push[]): readonly Clause[] {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? [[]] : [];
    case 'test':
      return comparisonsOf(condition, pushes);
    case 'and':
      return together(condition.parts.map((part) => holding(part, pushes)));
    case 'or':
      return condition.parts.flatMap((part) => holding(part, pushes));
    case 'not':
      return failing(condition.part, pushes);
    default:
      return [];
  }
}

function failing(condition: Condition, pushes: readonly Push[]): readonly Clause[] {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? [] : [[]];
    case 'test':
      return denials(condition, pushes);
    case 'and':
      return condition.parts.flatMap((part) => failing(part, pushes));
    case 'or':
      return together(condition.parts.map((part) => failing(part, pushes)));
    case 'not':
      return holding(condition.part, pushes);
    default:
      return [];
  }
}

/** One clause of each, in all ways; those that are too many are no help. */
function together(choices: readonly (readonly Clause[])[]): readonly Clause[] {
  let joined: readonly Clause[] = [[]];
  for (const choice of choices) {
    const all = joined.flatMap((clause) => choice.map((other) => [...clause, ...other]));
    joined = withoutCovered(all);
    if (joined.length > CLAUSES_MAX) return [];
  }
  return joined;
}

/** Nothing is asked for twice, and nobody who asks for more than another does. */
function withoutCovered(clauses: readonly Clause[]): readonly Clause[] {
  const asked = clauses.map((clause) => {
    return new Map(clause.map((comparison) => [JSON.stringify(comparison), comparison]));
  });
  const isCovered = (all: (typeof asked)[number], place: number): boolean =>
    asked.some((other, at) => {
      const isLess = other.size < all.size || (other.size === all.size && at < place);
      const covers = isLess && [...other.keys()].every((key) => all.has(key));
      return covers && isDecidable([...other.values()]);
    });
  return asked.filter((all, place) => !isCovered(all, place)).map((all) => [...all.values()]);
}

/** Clauses of which any is enough. */
function comparisonsOf(test: Test, pushes: readonly Push[]): readonly Clause[] {
  if (test.transforms.length > 0) return [];
  return pushes
    .filter(({ field }) => field === test.field)
    .flatMap((push) => enough(test, push).flatMap((comparison) => grounded(comparison, push)));
}

/** What else has to hold, so that the argument is the fact. */
function grounded(comparison: Comparison, push: Push): readonly Clause[] {
  const { isCut, fileOf } = textOf(push);
  const { label, operator, values } = comparison;
  if (isCut && operator === 'Postfix') return [];
  if (fileOf === undefined) return [[comparison]];
  const absolute = [isAbsolute(label), comparison];
  const ends = values.filter((value) => isPlainEnd(String(value)));
  if (operator !== 'Postfix' || ends.length === 0) return [absolute];
  // Whatever a path is relative to stands before it.
  const relative = [label, fileOf].map((each) => ({ ...comparison, label: each, values: ends }));
  return [absolute, relative];
}

function textOf(push: Push): PushedText {
  return push.kind === 'text' || push.kind === 'file_name' ? push : {};
}

function isAbsolute(label: string): Comparison {
  return { label, operator: 'Prefix', values: ['/'], isNegated: false };
}

/** Whether a path that ends like this still does when it is put behind another. */
function isPlainEnd(end: string): boolean {
  const [, ...names] = `/${end.replace(/^\//, '')}`.split('/');
  return names.every((name) => name !== '' && name !== '.' && name !== '..');
}

function enough({ operator }: Test, push: Push): readonly Comparison[] {
  const { label } = push;
  const compare = (
    kind: Comparison['operator'],
    values: readonly (string | number)[],
  ): readonly Comparison[] =>
    values.length === 0 ? [] : [{ label, operator: kind, values, isNegated: false }];
  switch (push.kind) {
    case 'text':
      return textsOf(operator).flatMap(({ kind, texts }) => compare(kind, texts));
    case 'file_name':
      return compare('Postfix', namesOf(operator, Number.POSITIVE_INFINITY));
    case 'bits':
      return compare('Mask', named(operator, push.bits));
    case 'number':
      return compare('Equal', numbered(operator, push));
    case 'port':
      // Port 0 is none yet.
      return compare(
        'SPort',
        numbered(operator, push).filter((port) => port > 0),
      );
    case 'address':
      return compare('SAddr', networksOf(operator));
    default:
      return [];
  }
}

/** Clauses of which any keeps the test from holding. */
function denials(test: Test, pushes: readonly Push[]): readonly Clause[] {
  const push = pushes.find(({ field }) => field === test.field);
  if (push === undefined || test.transforms.length > 0) return [];
  const { label } = push;
  const { aliased = [], isCut, fileOf } = textOf(push);
  const also = aliased.map((value) => deny(label, 'Postfix', [value]));
  const denied = whatAll(test.operator, push);
  if (denied === undefined) return [];
  if (isCut && denied.some(({ kind }) => kind === 'Postfix')) return [];
  const first = fileOf === undefined ? [] : [isAbsolute(label)];
  return [[...first, ...denied.map(({ kind, values }) => deny(label, kind, values)), ...also]];
}

function deny(
  label: string,
  operator: Comparison['operator'],
  values: readonly (string | number)[],
): Comparison {
  return { label, operator, values, isNegated: true };
}

interface Denied {
  readonly kind: 'Equal' | 'Prefix' | 'Postfix';
  readonly values: readonly (string | number)[];
}

/** Comparisons of which one holds whenever the test does; undefined: there are none. */
function whatAll(operator: TestOperator, push: Push): readonly Denied[] | undefined {
  switch (push.kind) {
    case 'text':
      return wholeTexts(operator);
    case 'file_name':
      if (operator.kind !== 'equals' || operator.ignoresCase) return undefined;
      return ifAll('Postfix', namesOf(operator, KERNEL_NAME_BYTES), operator.texts);
    case 'number':
      if (operator.kind !== 'number_equals' || push.numbers !== undefined) return undefined;
      return ifAll('Equal', numbered(operator, push), operator.numbers);
    default:
      return undefined;
  }
}

/** Undefined where some of what is asked for has no value that stands for it. */
function ifAll(
  kind: Denied['kind'],
  values: readonly (string | number)[],
  asked: readonly unknown[],
): readonly Denied[] | undefined {
  return values.length === asked.length ? [{ kind, values }] : undefined;
}

/** Comparisons of whole texts, beginnings and ends. */
function wholeTexts(operator: TestOperator): readonly Denied[] | undefined {
  const found: Denied[] = [];
  if (ignoresCase(operator)) return undefined;
  for (const { kind, texts, isWhole } of textsOf(operator)) {
    if (!isWhole || kind === 'SubString' || kind === 'SubStringIgnCase') return undefined;
    found.push({ kind, values: texts });
  }
  return found.length === 0 ? undefined : found;
}

function ignoresCase(operator: TestOperator): boolean {
  return 'ignoresCase' in operator && operator.ignoresCase;
}
