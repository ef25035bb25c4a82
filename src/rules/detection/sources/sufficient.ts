/**
 * What is enough for a condition to hold, in comparisons that the kernel makes: the counterpart of
 * what `pushdown.ts` asks for, which has to hold. On what is enough the kernel can act by itself;
 * on everything else it is the agent that decides.
 */
import type { Condition, GlobPart, Test, TestOperator } from '../ir/condition.ts';
import type { Term } from './pushdown.ts';
import type { Push, SourceHook } from './source.ts';

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

/** Beyond ASCII bytes that are no text are read as others. */
const COMPARABLE = /^[\x20-\x7e]{1,255}$/;

/** Bytes of a name that the kernel keeps; of a longer one its beginning is another name of it. */
const KERNEL_NAME_BYTES = 15;

/** Clauses of which each implies the condition; none when nothing does that the kernel can see. */
export function sufficientClauses(
  condition: Condition,
  { pushes = [] }: Pick<SourceHook, 'pushes'>,
): readonly Clause[] {
  const clauses = holding(condition, pushes).filter(isDecidable);
  return clauses.length <= CLAUSES_MAX ? merge(clauses) : [];
}

/** What cannot be read compares with nothing, so that something else has to say that it was read. */
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
      return comparisonsOf(condition, pushes).map((comparison) => [comparison]);
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
    joined = joined.flatMap((clause) => choice.map((other) => [...clause, ...other]));
    if (joined.length > CLAUSES_MAX) return [];
  }
  return joined;
}

/** Comparisons of which any is enough. */
function comparisonsOf(test: Test, pushes: readonly Push[]): readonly Comparison[] {
  if (test.transforms.length > 0) return [];
  return pushes.filter(({ field }) => field === test.field).flatMap((push) => enough(test, push));
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
  const also: Clause =
    push.kind === 'text' || push.kind === 'file_name'
      ? (push.aliased ?? []).map((value) => deny(label, 'Postfix', [value]))
      : [];
  const denied = whatAll(test.operator, push);
  if (denied === undefined) return [];
  return [[...denied.map(({ kind, values }) => deny(label, kind, values)), ...also]];
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

interface Texts {
  readonly kind: 'Equal' | 'Prefix' | 'Postfix' | 'SubString' | 'SubStringIgnCase';
  readonly texts: readonly string[];
  /** Nothing that the operator asks for was left out. */
  readonly isWhole: boolean;
}

const KINDS = {
  equals: 'Equal',
  starts_with: 'Prefix',
  ends_with: 'Postfix',
  contains: 'SubString',
} as const;

function textsOf(operator: TestOperator): readonly Texts[] {
  switch (operator.kind) {
    case 'equals':
    case 'starts_with':
    case 'ends_with':
    case 'contains':
      return [comparableTexts(KINDS[operator.kind], operator.texts, operator.ignoresCase)];
    case 'below': {
      const tops = operator.paths.map((path) => path.replace(/\/$/, ''));
      const inside = tops.map((top) => `${top}/`);
      return [comparableTexts('Equal', tops, false), comparableTexts('Prefix', inside, false)];
    }
    case 'glob': {
      const parts = operator.globs.map(plainGlob);
      return parts.flatMap((part) =>
        part === undefined
          ? [{ kind: 'Equal', texts: [], isWhole: false } as const]
          : [comparableTexts(KINDS[part.kind], [part.text], operator.ignoresCase)],
      );
    }
    default:
      return [];
  }
}

/**
 * Without regard to case the kernel compares parts only, and folds ASCII only, as which nothing is
 * folded otherwise. Of beginnings and ends it is enough that they are as somebody wrote them.
 */
function comparableTexts(
  kind: (typeof KINDS)[keyof typeof KINDS],
  all: readonly string[],
  isFolded: boolean,
): Texts {
  const texts = all.filter((text) => COMPARABLE.test(text));
  const isWhole = texts.length === all.length;
  if (!isFolded) return { kind, texts, isWhole };
  if (kind === 'SubString') return { kind: 'SubStringIgnCase', texts: texts.map(lower), isWhole };
  const spellings = texts.flatMap((text) => [text, lower(text)]);
  return { kind, texts: [...new Set(spellings)], isWhole };
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** A text with nothing but what may stand before and after it. */
function plainGlob(
  glob: readonly GlobPart[],
): { readonly kind: keyof typeof KINDS; readonly text: string } | undefined {
  const [first, second, third] = glob;
  if (glob.length === 1 && first?.kind === 'text') return { kind: 'equals', text: first.text };
  if (glob.length === 2 && first?.kind === 'text' && second?.kind === 'many') {
    return { kind: 'starts_with', text: first.text };
  }
  if (first?.kind !== 'many' || second?.kind !== 'text') return undefined;
  if (glob.length === 2) return { kind: 'ends_with', text: second.text };
  return glob.length === 3 && third?.kind === 'many'
    ? { kind: 'contains', text: second.text }
    : undefined;
}

/** Ends of paths whose last part is the name. */
function namesOf(operator: TestOperator, bytesMax: number): readonly string[] {
  if (operator.kind !== 'equals') return [];
  const names = operator.texts.filter(
    (text) => COMPARABLE.test(text) && !text.includes('/') && text.length < bytesMax,
  );
  return names.map((name) => `/${name}`);
}

function named(
  operator: TestOperator,
  numbers: Readonly<Record<string, number>>,
): readonly number[] {
  if (operator.kind !== 'equals') return [];
  return operator.texts.flatMap((text) => {
    const value = Object.hasOwn(numbers, text) ? numbers[text] : undefined;
    return value ?? [];
  });
}

function numbered(operator: TestOperator, push: Push): readonly number[] {
  if (push.kind === 'number' && push.numbers !== undefined) return named(operator, push.numbers);
  if (operator.kind !== 'number_equals') return [];
  return operator.numbers.filter(
    (number) => Number.isInteger(number) && number >= 0 && number <= 0xffff,
  );
}

/** Of the fourth version: an address of the sixth may be another name of one of those. */
function networksOf(operator: TestOperator): readonly string[] {
  if (operator.kind !== 'in_network') return [];
  return operator.networks.filter((network) => !network.includes(':'));
}
