/** Numbers of expressions from one type to another. */

import type { Span } from '../report.ts';
import { invalid, unsupported } from './syntax.ts';
import type { NumberValue } from './value.ts';
import { bitsOf, isSigned, type ValueType, wrapTo } from './value-type.ts';

/** Both in one type. Throws ExpressionError when they have none. */
export function inOneType(
  left: NumberValue,
  right: NumberValue,
): readonly [left: NumberValue, right: NumberValue] {
  if (left.type === right.type && left.isLiteral === right.isLiteral) {
    return left.isLiteral ? [checked(left), checked(right)] : [left, right];
  }
  if (right.isLiteral && !left.isLiteral) return [left, adapted(right, left.type)];
  if (left.isLiteral && !right.isLiteral) return [adapted(left, right.type), right];
  return invalid(
    { start: left.span.start, end: right.span.end },
    `\`${left.type}\` and \`${right.type}\` do not go together`,
    `convert one of them, as in \`${left.type}(…)\``,
  );
}

function checked(literal: NumberValue): NumberValue {
  return adapted(literal, literal.type);
}

function adapted(literal: NumberValue, type: ValueType): NumberValue {
  const { constant, span } = literal;
  if (literal.type === 'uint' && isSigned(type)) {
    invalid(
      span,
      `an unsigned number stands where a number of type \`${type}\` should`,
      'drop `u`',
    );
  }
  if (wrapTo(type, constant) !== constant) {
    invalid(
      span,
      `${constant} is outside the range of \`${type}\``,
      `\`${type}(${constant})\` keeps its lower bits`,
    );
  }
  return { ...literal, type, isLiteral: false };
}

/** In another type. Throws ExpressionError when bits of an argument would have to be cut off. */
export function converted(value: NumberValue, type: ValueType, span: Span): NumberValue {
  if (value.terms.length === 0) {
    const constant = wrapTo(type, value.constant);
    return { ...value, type, isLiteral: false, constant, span };
  }
  if (value.type === type) return { ...value, span };
  const isPlain =
    value.constant === 0n && value.terms.length === 1 && value.terms[0]?.factor === 1n;
  const isWider = bitsOf(type) === 64 && bitsOf(value.type) === 32;
  const keepsSign = isSigned(type) || !isSigned(value.type);
  if (isPlain && isWider && keepsSign) return { ...value, type, span };
  return unsupported(
    span,
    `a value of type \`${value.type}\` cannot be converted to \`${type}\` while the hook runs`,
    'convert constants, or an argument itself to a wider type',
  );
}
