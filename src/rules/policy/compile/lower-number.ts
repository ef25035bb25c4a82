/** Numbers as written to numbers as the kernel side compares them. */
import type { NumberType } from '../../../model/argument-types.ts';
import type { NumberOperator } from '../../../model/plan.ts';
import { widthOf, wrap } from '../number-type.ts';

/** What the number is compared with. */
export interface NumberUse {
  readonly type: NumberType;
  readonly operator: NumberOperator;
}

/**
 * Bit pattern of 64 bits, 0 to 2^64-1. The kernel side extends what it reads to 64 bits, so
 * 0xffffffff as an int becomes the pattern of -1; a mask keeps only the bits of the type.
 */
export function lowerNumber(value: bigint, { type, operator }: NumberUse): bigint {
  if (operator === 'Mask' || operator === 'NotMask')
    return BigInt.asUintN(widthOf(type).bits, value);
  return BigInt.asUintN(64, wrap(value, type));
}
