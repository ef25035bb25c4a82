/** Numbers as written to numbers as the kernel side compares them. */

/** What the number is compared with. */
export interface NumberUse {
  readonly type: 'int' | 'size_t';
  readonly operator: 'Equal' | 'NotEqual' | 'Mask';
}

/**
 * Bit pattern of 64 bits, 0 to 2^64-1. The kernel side reads an int as 32 signed bits and extends
 * them, so 0xffffffff becomes the pattern of -1; a mask keeps only the 32 bits that were written.
 */
export function lowerNumber(value: bigint, { type, operator }: NumberUse): bigint {
  if (type === 'size_t') return BigInt.asUintN(64, value);
  if (operator === 'Mask') return BigInt.asUintN(32, value);
  return BigInt.asUintN(64, BigInt.asIntN(32, value));
}
