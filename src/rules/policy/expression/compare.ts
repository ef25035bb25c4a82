/** Comparisons of numbers and bits to conditions on one argument. */

import type { NumberType } from '../../../model/argument-types.ts';
import type { NumberRange } from '../../../model/plan.ts';
import { rangeOf, widthOf } from '../number-type.ts';
import type { Span } from '../report.ts';
import { compareOrder, onPair } from './compare-pair.ts';
import { inOneType } from './convert.ts';
import { all, constant, type Formula, literal, negate } from './formula.ts';
import { intersect, type RangeSet, unite } from './range-set.ts';
import { type ComparisonOperator, invalid, unsupported } from './syntax.ts';
import type { NumberValue, Value } from './value.ts';
import { bitsOf, isSigned, type ValueType, wrapTo } from './value-type.ts';

/** Declared types of arguments by their position. */
export type TypeOf = (argument: number) => NumberType;

/** What a comparison is about. */
export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly span: Span;
  readonly typeOf: TypeOf;
}

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ...{ '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' },
};

/** Throws ExpressionError when no condition says this. */
export function compareNumbers(
  first: NumberValue,
  second: NumberValue,
  { operator, span, typeOf }: Comparison,
): Formula {
  const [left, right] = inOneType(first, second);
  if (left.terms.length === 0 && right.terms.length === 0) {
    return constant(holds(left.constant, operator, right.constant));
  }
  if (operator === '!=') {
    return negate(compareNumbers(first, second, { operator: '==', span, typeOf }));
  }
  if (left.terms.length === 0) {
    return compareNumbers(second, first, { operator: MIRRORED[operator], span, typeOf });
  }
  if (right.terms.length > 0) {
    if (operator === '==') return compareSum(difference(left, right, span), 0n, { span, typeOf });
    return compareOrder([left, right], { operator, span });
  }
  if (operator === '==') return compareSum(left, right.constant, { span, typeOf });
  const wanted = wantedRange(operator, right.constant, left.type);
  return onArgument(left, wanted, { span, typeOf });
}

const FEWER = 'split it into conditions joined by `&&` or `||`';

function holds(left: bigint, operator: ComparisonOperator, right: bigint): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

type Place = Omit<Comparison, 'operator'>;

function difference(left: NumberValue, right: NumberValue, span: Span): NumberValue {
  const factors = new Map(left.terms.map(({ argument, factor }) => [argument, factor]));
  for (const { argument, factor } of right.terms) {
    factors.set(argument, (factors.get(argument) ?? 0n) - factor);
  }
  const terms = [...factors]
    .filter(([, factor]) => factor !== 0n)
    .map(([argument, factor]) => ({ argument, factor }));
  return { ...left, terms, constant: wrapTo(left.type, left.constant - right.constant), span };
}

function compareSum(sum: NumberValue, wanted: bigint, place: Place): Formula {
  const [first, second, third] = sum.terms;
  if (first === undefined) return constant(sum.constant === wanted);
  if (second !== undefined && third === undefined) return onPair(sum, [first, second], wanted);
  return onArgument(sum, [{ min: wanted, max: wanted }], place);
}

/** All numbers of the type on the wanted side of the bound. */
function wantedRange(operator: ComparisonOperator, bound: bigint, type: ValueType): RangeSet {
  const { min, max } = domainOf(type);
  const ranges: Readonly<Record<string, NumberRange>> = {
    '<': { min, max: bound - 1n },
    '<=': { min, max: bound },
    '>': { min: bound + 1n, max },
    '>=': { min: bound, max },
  };
  const range = ranges[operator] ?? { min: bound, max: bound };
  return range.min <= range.max ? [range] : [];
}

function domainOf(type: ValueType): NumberRange {
  const size = 1n << BigInt(bitsOf(type));
  return isSigned(type) ? { min: -size / 2n, max: size / 2n - 1n } : { min: 0n, max: size - 1n };
}

/** What the one argument of a sum has to be for the sum to be in the set. */
function onArgument(sum: NumberValue, wanted: RangeSet, { span, typeOf }: Place): Formula {
  const [term, second] = sum.terms;
  if (term === undefined || second !== undefined || term.factor ** 2n !== 1n) {
    return unsupported(span, 'this calculates with more than the kernel side can compare', FEWER);
  }
  const { argument, factor } = term;
  const declared = typeOf(argument);
  const domain = rangeOf(declared);
  const sets = wanted.map((range) => shift(range, sum.type, { by: sum.constant, factor }));
  const set = intersect(unite(...sets), [domain]);
  const { isSigned: hasSign } = widthOf(declared);
  return literal({ kind: 'range', argument, set, domain, isSigned: hasSign });
}

/** The numbers that get into the range when they are multiplied by 1 or -1 and added to. */
function shift(
  { min, max }: NumberRange,
  type: ValueType,
  { by, factor }: { readonly by: bigint; readonly factor: bigint },
): RangeSet {
  const domain = domainOf(type);
  if (min === domain.min && max === domain.max) return [domain];
  const ends = factor === 1n ? [min - by, max - by] : [by - max, by - min];
  const [from = 0n, to = 0n] = ends.map((end) => wrapTo(type, end));
  if (from <= to) return [{ min: from, max: to }];
  return [
    { min: domain.min, max: to },
    { min: from, max: domain.max },
  ];
}

type Bits = Extract<Value, { kind: 'bits' }>;

/** Bits against a constant. Throws ExpressionError when no condition says this. */
export function compareBits(bits: Bits, other: Value, { operator, span }: Comparison): Formula {
  if (other.kind !== 'number' || other.terms.length > 0) {
    return unsupported(span, 'bits are compared with constants only');
  }
  const left: NumberValue = {
    ...{ kind: 'number', type: bits.type, isLiteral: false },
    ...{ terms: [], constant: 0n, span: bits.span },
  };
  const [, right] = inOneType(left, other);
  const wanted = BigInt.asUintN(bitsOf(bits.type), right.constant);
  if (operator === '==') return hasExactly(bits, wanted);
  if (operator === '!=') return negate(hasExactly(bits, wanted));
  return invalid(span, 'bits are compared by `==` and `!=`', 'write `and(arg0, 4) != 0`');
}

function hasExactly({ argument, mask }: Bits, wanted: bigint): Formula {
  if ((wanted & ~mask) !== 0n) return constant(false);
  const conditions: Formula[] = [];
  const without = mask & ~wanted;
  for (let bit = 1n; bit <= wanted; bit <<= 1n) {
    if ((wanted & bit) === 0n) continue;
    conditions.push(literal({ kind: 'bits', argument, mask: bit, isNegated: false }));
  }
  if (without !== 0n) {
    conditions.push(literal({ kind: 'bits', argument, mask: without, isNegated: true }));
  }
  return all(...conditions);
}
