/** Formulas as alternatives, each a list of conditions that must all hold. */

import type { Formula, Literal } from './formula.ts';
import { intersect, unite } from './range-set.ts';
import { ExpressionError, type ExpressionProblem } from './syntax.ts';

/** Conditions that must all hold; none: always. */
export type Conjunction = readonly Literal[];

/** Alternatives while they are being joined. What is left has to fit the selectors of a hook. */
const ALTERNATIVES_MAX = 256;

type Conjunctions = readonly Conjunction[];

/** None: never. Throws ExpressionError when there are too many. */
export function alternativesOf(
  formula: Formula,
  span: ExpressionProblem['span'],
): readonly Conjunction[] {
  const toAlternatives = (part: Formula): Conjunctions => alternativesOf(part, span);
  switch (formula.kind) {
    case 'constant':
      return formula.holds ? [[]] : [];
    case 'literal':
      return conjoin([formula.literal]);
    case 'or':
      return collect(formula.parts.flatMap(toAlternatives), span);
    case 'and':
      return formula.parts.map(toAlternatives).reduce<Conjunctions>(
        (left, right) =>
          collect(
            left.flatMap((one) => right.flatMap((other) => conjoin([...one, ...other]))),
            span,
          ),
        [[]],
      );
  }
}

/** One condition for those on one argument that can be one. Empty when they exclude each other. */
function conjoin(literals: readonly Literal[]): Conjunctions {
  const joined: Literal[] = [];
  for (const next of literals) {
    const place = joined.findIndex((known) => both(known, next) !== undefined);
    const known = joined[place];
    const merged = known && both(known, next);
    if (merged === undefined) joined.push(next);
    else joined[place] = merged;
  }
  if (joined.some(isNever)) return [];
  return [joined.filter((one) => !isAlways(one))];
}

function isNever(of: Literal): boolean {
  if (of.kind === 'range') return of.set.length === 0;
  return of.kind === 'text' && !of.isNegated && of.values.length === 0;
}

function isAlways(of: Literal): boolean {
  if (of.kind !== 'range') return false;
  const [only] = of.set;
  return only !== undefined && only.min === of.domain.min && only.max === of.domain.max;
}

/** The condition that holds when both do, if one can say it. */
function both(one: Literal, other: Literal): Literal | undefined {
  if (one.argument !== other.argument) return undefined;
  if (one.kind === 'range' && other.kind === 'range') {
    return { ...one, set: intersect(one.set, other.set) };
  }
  if (keyOf(one) === keyOf(other)) return one;
  if (one.kind === 'bits' && other.kind === 'bits') {
    return one.isNegated && other.isNegated ? { ...one, mask: one.mask | other.mask } : undefined;
  }
  if (one.kind !== 'text' || other.kind !== 'text' || !isSameTest(one, other)) return undefined;
  if (one.isNegated) return { ...one, values: [...new Set([...one.values, ...other.values])] };
  if (one.test !== 'Equal') return undefined;
  return { ...one, values: one.values.filter((value) => other.values.includes(value)) };
}

/** The condition that holds when one of them does, if one can say it. */
function either(one: Literal, other: Literal): Literal | undefined {
  if (one.argument !== other.argument) return undefined;
  if (one.kind === 'range' && other.kind === 'range') {
    return { ...one, set: unite(one.set, other.set) };
  }
  if (one.kind === 'bits' && other.kind === 'bits') {
    return one.isNegated || other.isNegated ? undefined : { ...one, mask: one.mask | other.mask };
  }
  if (one.kind !== 'text' || other.kind !== 'text' || !isSameTest(one, other)) return undefined;
  if (one.isNegated) return undefined;
  return { ...one, values: [...new Set([...one.values, ...other.values])] };
}

type TextLiteral = Extract<Literal, { kind: 'text' }>;

function isSameTest(one: TextLiteral, other: TextLiteral): boolean {
  return one.test === other.test && one.isNegated === other.isNegated;
}

/** Equal for equal conditions. */
function keyOf(of: Literal): string {
  const show = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? `${value}` : value;
  return JSON.stringify(of, show);
}

/** Alternatives without those that others include, and those that can be one as one. */
function collect(found: Conjunctions, span: ExpressionProblem['span']): Conjunctions {
  const kept: Conjunction[] = [];
  const waiting = [...found].reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const candidate = next;
    const place = kept.findIndex((known) => oneOf(known, candidate) !== undefined);
    const known = kept[place];
    const merged = known && oneOf(known, candidate);
    if (merged === undefined) {
      kept.push(candidate);
    } else {
      kept.splice(place, 1);
      waiting.push(merged);
    }
    if (kept.length > ALTERNATIVES_MAX) throw tooMany(span);
  }
  return kept;
}

function tooMany(span: ExpressionProblem['span']): ExpressionError {
  const message = `this expression stands for more than ${ALTERNATIVES_MAX} alternatives`;
  const hint = 'split it over several selectors';
  return new ExpressionError({ kind: 'too_large', span, message, hint });
}

/** The alternative that holds when one of two does, if one can say it. */
function oneOf(one: Conjunction, other: Conjunction): Conjunction | undefined {
  const keys = new Set(one.map(keyOf));
  const otherKeys = new Set(other.map(keyOf));
  const mine = one.filter((part) => !otherKeys.has(keyOf(part)));
  const others = other.filter((part) => !keys.has(keyOf(part)));
  if (mine.length === 0) return one;
  if (others.length === 0) return other;
  const [left] = mine;
  const [right] = others;
  if (mine.length > 1 || others.length > 1 || left === undefined || right === undefined) {
    return undefined;
  }
  const merged = either(left, right);
  if (merged === undefined) return undefined;
  const shared = one.filter((part) => part !== left);
  return isAlways(merged) ? shared : [...shared, merged];
}
