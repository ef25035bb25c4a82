/** Arithmetic of operands, as far as a sum is left. */

import type { Span } from '../report.ts';
import { inOneType } from './convert.ts';
import { type ArithmeticOperator, invalid, unsupported } from './syntax.ts';
import type { NumberValue, Term, Value } from './value.ts';
import { bitsOf, wrapTo } from './value-type.ts';

/** Throws ExpressionError when the result is no sum of arguments and a constant. */
export function calculate(
  operator: ArithmeticOperator,
  [first, second]: readonly [Value, Value],
  span: Span,
): NumberValue {
  if (first.kind !== 'number') return noNumber(first);
  if (second.kind !== 'number') return noNumber(second);
  const areLiteral = first.isLiteral && second.isLiteral;
  const [left, right] = inOneType(first, second);
  const { type } = left;
  const result = (terms: readonly Term[], constant: bigint): NumberValue => ({
    ...{ kind: 'number', type, isLiteral: areLiteral },
    ...{ terms, constant: wrapTo(type, constant), span },
  });
  switch (operator) {
    case '+':
      return result(addTerms(left.terms, right.terms), left.constant + right.constant);
    case '-':
      return result(addTerms(left.terms, scaled(right.terms, -1n)), left.constant - right.constant);
    default:
      return result([], divide(operator, left, right));
  }
}

/** The opposite number. */
export function opposite(value: Value, span: Span): NumberValue {
  if (value.kind !== 'number') return noNumber(value);
  const { type, terms, constant } = value;
  const negative = value.isLiteral ? -constant : wrapTo(type, -constant);
  return { ...value, terms: scaled(terms, -1n), constant: negative, span };
}

/** The bits that two numbers share; one of them is a constant. */
export function sharedBits([first, second]: readonly [Value, Value], span: Span): Value {
  if (first.kind !== 'number') return noNumber(first);
  if (second.kind !== 'number') return noNumber(second);
  const [left, right] = inOneType(first, second);
  const { type } = left;
  const [value, mask] = left.terms.length === 0 ? [right, left] : [left, right];
  if (value.terms.length === 0) {
    return { ...value, constant: wrapTo(type, value.constant & mask.constant), span };
  }
  const [term] = value.terms;
  const isPlain = value.terms.length === 1 && term?.factor === 1n && value.constant === 0n;
  if (term === undefined || !isPlain || mask.terms.length > 0) {
    return unsupported(span, '`and` takes one argument of the hook and one constant');
  }
  const bits = BigInt.asUintN(bitsOf(type), mask.constant);
  return { kind: 'bits', argument: term.argument, type, mask: bits, span };
}

function divide(
  operator: '*' | '/' | '%',
  { terms, constant: left, span }: NumberValue,
  { terms: others, constant: right, span: otherSpan }: NumberValue,
): bigint {
  if (terms.length + others.length > 0) {
    return unsupported(
      { start: span.start, end: otherSpan.end },
      `\`${operator}\` works on constants only`,
      'arguments can be added, subtracted and compared',
    );
  }
  if (operator === '*') return left * right;
  if (right === 0n) return invalid(otherSpan, 'a division by zero');
  return operator === '/' ? left / right : left % right;
}

function noNumber({ kind, span }: Value): never {
  const what = kind === 'bits' ? 'the result of `and` can only be compared' : 'this is no number';
  return invalid(span, what);
}

function scaled(terms: readonly Term[], by: bigint): readonly Term[] {
  return terms.map(({ argument, factor }) => ({ argument, factor: factor * by }));
}

function addTerms(left: readonly Term[], right: readonly Term[]): readonly Term[] {
  const factors = new Map<number, bigint>();
  for (const { argument, factor } of [...left, ...right]) {
    factors.set(argument, (factors.get(argument) ?? 0n) + factor);
  }
  return [...factors].flatMap(([argument, factor]) =>
    factor === 0n ? [] : [{ argument, factor }],
  );
}
