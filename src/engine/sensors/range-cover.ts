/** Ranges as prefixes: what makes "is between" a longest-prefix match. */
import type { NumberRange } from '../../model/plan.ts';

const BITS = 64n;
const SIGN = 1n << 63n;

/** What is added to a signed value so that its order is that of unsigned ones. */
export function biasOf(isSigned: boolean): bigint {
  return isSigned ? SIGN : 0n;
}

/**
 * The fewest prefixes that together hold exactly the range, at most 126, each as the key
 * `bits/value`: the number of leading bits that count, and the biased value they are taken from.
 */
export function coverRange({ min, max }: NumberRange, isSigned: boolean): readonly string[] {
  const bias = biasOf(isSigned);
  const end = BigInt.asUintN(64, max + bias);
  const keys: string[] = [];
  let start = BigInt.asUintN(64, min + bias);
  while (start <= end) {
    let size = 0n;
    // The largest aligned block that begins here and does not pass the end.
    while (size < BITS && isAligned(start, size + 1n) && start + (1n << (size + 1n)) - 1n <= end) {
      size += 1n;
    }
    keys.push(rangeKey(Number(BITS - size), start));
    start += 1n << size;
  }
  return keys;
}

export function rangeKey(bits: number, value: bigint): string {
  return `${bits}/${value}`;
}

/** The parts of a key that rangeKey made. */
export function parseRangeKey(key: string): { readonly bits: number; readonly value: bigint } {
  const [bits = '0', value = '0'] = key.split('/');
  return { bits: Number(bits), value: BigInt(value) };
}

function isAligned(value: bigint, size: bigint): boolean {
  return (value & ((1n << size) - 1n)) === 0n;
}
