/**
 * What a hook may leave out, because no rule can want it: for each condition terms that the kernel
 * can look at, of which one at least holds whenever the condition does.
 */
import type { Condition, Test } from '../ir/condition.ts';
import { type TextTest, textTestsOf } from './literal-tests.ts';
import type { Push, SourceHook } from './source.ts';

/** A comparison that the kernel makes. */
export interface Term {
  /** Of the argument. */
  readonly label: string;
  readonly operator:
    | 'Equal'
    | 'Prefix'
    | 'Postfix'
    | 'SubString'
    | 'SubStringIgnCase'
    | 'Mask'
    | 'SPort'
    | 'SAddr';
  readonly value: string | number;
}

/** More than a hook takes well; then everything is reported. */
const TERMS_MAX = 2_000;

/** States times classes of bytes of the kernel's automaton, of which others need some as well. */
const CELLS_MAX = 262_144;

type Cover = readonly Term[];

/** Undefined: nothing may be left out. Otherwise an event of which no term holds is not wanted. */
export function pushDown(
  conditions: readonly Condition[],
  { pushes = [] }: SourceHook,
): Cover | undefined {
  const covers = conditions.map((condition) => coverOf(condition, pushes));
  const all: Term[] = [];
  for (const cover of covers) {
    if (cover === undefined) return undefined;
    all.push(...cover);
  }
  return isAffordable(all) ? all : undefined;
}

function isAffordable(terms: Cover): boolean {
  const parts = new Set(
    terms
      .filter(({ operator }) => operator.startsWith('SubString'))
      .map(({ value }) => String(value)),
  );
  const text = [...parts].join('');
  return terms.length <= TERMS_MAX && text.length * (new Set(text).size + 1) <= CELLS_MAX;
}

function coverOf(condition: Condition, pushes: readonly Push[]): Cover | undefined {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? undefined : [];
    case 'test':
      return coverOfTest(condition, pushes);
    case 'and': {
      const covers = condition.parts.map((part) => coverOf(part, pushes));
      return covers.filter((cover) => cover !== undefined).sort(byCost)[0];
    }
    case 'or': {
      const covers = condition.parts.map((part) => coverOf(part, pushes));
      if (covers.some((cover) => cover === undefined)) return undefined;
      return covers.flatMap((cover) => cover ?? []);
    }
    default:
      return undefined;
  }
}

/** Looking for a text inside of another costs the most, and lets the most pass. */
const COSTS: Readonly<Record<Term['operator'], number>> = {
  ...{ Mask: 1, SPort: 1, SAddr: 1, Equal: 1, Postfix: 2, Prefix: 3 },
  ...{ SubString: 4, SubStringIgnCase: 5 },
};

function byCost(a: Cover, b: Cover): number {
  const cost = (cover: Cover): number =>
    cover.reduce((sum, { operator }) => sum + COSTS[operator], 0);
  return cost(a) - cost(b);
}

function coverOfTest(test: Test, pushes: readonly Push[]): Cover | undefined {
  const covers = pushes
    .filter(({ field }) => field === test.field)
    .map((push) => termsOf(test, push))
    .filter((cover) => cover !== undefined);
  return covers.sort(byCost)[0];
}

function termsOf(test: Test, push: Push): Cover | undefined {
  const { label } = push;
  switch (push.kind) {
    case 'text':
      return textTestsOf(test)?.map((text) => ({ label, ...textTerm(text) }));
    case 'name':
      return nameTerms(textTestsOf(test), label);
    case 'bits':
      return namedTerms(test, { label, operator: 'Mask', numbers: push.bits });
    case 'number':
      return push.numbers === undefined
        ? numberTerms(test, { label, operator: 'Equal' })
        : namedTerms(test, { label, operator: 'Equal', numbers: push.numbers });
    case 'port':
      return numberTerms(test, { label, operator: 'SPort' });
    case 'address':
      return addressTerms(test, label);
    default:
      return undefined;
  }
}

const TEXT_OPERATORS: Readonly<Record<TextTest['kind'], Term['operator']>> = {
  equals: 'Equal',
  starts_with: 'Prefix',
  ends_with: 'Postfix',
  contains: 'SubString',
};

function textTerm({ kind, text, ignoresCase }: TextTest): Pick<Term, 'operator' | 'value'> {
  return { operator: ignoresCase ? 'SubStringIgnCase' : TEXT_OPERATORS[kind], value: text };
}

/** What a test of a path says of its last name, which has no slash. */
function nameTerms(tests: readonly TextTest[] | undefined, label: string): Cover | undefined {
  const terms = tests?.map(({ kind, text, ignoresCase }): Term | undefined => {
    if (ignoresCase || (kind !== 'equals' && kind !== 'ends_with')) return undefined;
    const value = text.slice(text.lastIndexOf('/') + 1);
    if (value === '') return undefined;
    const isWhole = kind === 'equals' || value !== text;
    return { label, operator: isWhole ? 'Equal' : 'Postfix', value };
  });
  return terms?.every((term) => term !== undefined) ? terms : undefined;
}

type Numbered = Pick<Term, 'label' | 'operator'>;

function numberTerms({ operator, transforms }: Test, term: Numbered): Cover | undefined {
  if (operator.kind !== 'number_equals' || transforms.length > 0) return undefined;
  const isNatural = operator.numbers.every(
    (number) => Number.isInteger(number) && number >= 0 && number <= 0xffff,
  );
  return isNatural ? operator.numbers.map((value): Term => ({ ...term, value })) : undefined;
}

function namedTerms(
  { operator, transforms }: Test,
  term: Numbered & { readonly numbers: Readonly<Record<string, number>> },
): Cover | undefined {
  if (operator.kind !== 'equals' || transforms.length > 0) return undefined;
  const { label, numbers } = term;
  const terms: Term[] = [];
  for (const text of operator.texts) {
    const name = operator.ignoresCase ? text.toLowerCase() : text;
    const value = Object.hasOwn(numbers, name) ? numbers[name] : undefined;
    if (value === undefined) return undefined;
    terms.push({ label, operator: term.operator, value });
  }
  return terms;
}

function addressTerms({ operator, transforms }: Test, label: string): Cover | undefined {
  if (operator.kind !== 'in_network' || transforms.length > 0) return undefined;
  return operator.networks.map((value): Term => ({ label, operator: 'SAddr', value }));
}
