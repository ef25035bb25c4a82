/** Values of operators, as far as the kernel compares them as rules do. */
import type { GlobPart, TestOperator } from '../ir/condition.ts';
import type { Push } from './source.ts';

/** Beyond ASCII bytes that are no text are read as others. */
const COMPARABLE = /^[\x20-\x7e]{1,255}$/;

/** Texts that are compared alike. */
export interface Texts {
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

/** What one operator asks of a text. */
export function textsOf(operator: TestOperator): readonly Texts[] {
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
export function namesOf(operator: TestOperator, bytesMax: number): readonly string[] {
  if (operator.kind !== 'equals') return [];
  const names = operator.texts.filter(
    (text) => COMPARABLE.test(text) && !text.includes('/') && text.length < bytesMax,
  );
  return names.map((name) => `/${name}`);
}

/** Numbers that the names stand for. */
export function named(
  operator: TestOperator,
  numbers: Readonly<Record<string, number>>,
): readonly number[] {
  if (operator.kind !== 'equals') return [];
  return operator.texts.flatMap((text) => {
    const value = Object.hasOwn(numbers, text) ? numbers[text] : undefined;
    return value ?? [];
  });
}

/** Those that the kernel compares as they are. */
export function numbered(operator: TestOperator, push: Push): readonly number[] {
  if (push.kind === 'number' && push.numbers !== undefined) return named(operator, push.numbers);
  if (operator.kind !== 'number_equals') return [];
  return operator.numbers.filter(
    (number) => Number.isInteger(number) && number >= 0 && number <= 0xffff,
  );
}

/** Of the fourth version: an address of the sixth may be another name of one of those. */
export function networksOf(operator: TestOperator): readonly string[] {
  if (operator.kind !== 'in_network') return [];
  return operator.networks.filter((network) => !network.includes(':'));
}
