/** What the operands of an expression are: sums of arguments and constants, bits, texts. */

import { type ArgumentType, isTextType } from '../../../model/argument-types.ts';
import { isNumberType, widthOf } from '../number-type.ts';
import type { Span } from '../report.ts';
import { type Expression, unsupported } from './syntax.ts';
import type { ValueType } from './value-type.ts';

/** An argument with its factor. */
export interface Term {
  readonly argument: number;
  readonly factor: bigint;
}

/** Sum of the terms and the constant, in the width of the type. */
export interface NumberValue {
  readonly kind: 'number';
  readonly type: ValueType;
  /** Made of literals alone, so that it takes the type of what it meets. */
  readonly isLiteral: boolean;
  readonly terms: readonly Term[];
  readonly constant: bigint;
  readonly span: Span;
}

export type Value =
  | NumberValue
  /** The bits of the mask that an argument has. */
  | {
      readonly kind: 'bits';
      readonly argument: number;
      readonly type: ValueType;
      readonly mask: bigint;
      readonly span: Span;
    }
  /** `argument` undefined: a constant. */
  | {
      readonly kind: 'text';
      readonly argument: number | undefined;
      readonly text: string;
      readonly span: Span;
    };

/** An argument that an expression can name. */
export interface Variable {
  /** Position in HookSpec.arguments. */
  readonly argument: number;
  readonly type: ArgumentType;
}

/** By name. */
export type Variables = ReadonlyMap<string, Variable>;

/** The value of an argument. Throws ExpressionError when it has none that could be compared. */
export function variableValue({ argument, type }: Variable, span: Span): Value {
  if (isTextType(type)) return { kind: 'text', argument, text: '', span };
  if (!isNumberType(type)) {
    return unsupported(span, `an argument of type \`${type}\` has no value to compare`);
  }
  const { bits, isSigned } = widthOf(type);
  const signedType = bits === 64 ? 'int' : 'int32';
  return {
    kind: 'number',
    type: isSigned ? signedType : bits === 64 ? 'uint' : 'uint32',
    isLiteral: false,
    terms: [{ argument, factor: 1n }],
    constant: 0n,
    span,
  };
}

/** A literal; where it meets an argument it takes the type of that. */
export function literalValue({
  value,
  isUnsigned,
  span,
}: Extract<Expression, { kind: 'integer' }>): NumberValue {
  const type = isUnsigned ? 'uint' : 'int';
  return { kind: 'number', type, isLiteral: true, terms: [], constant: value, span };
}
