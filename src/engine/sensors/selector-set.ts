/** Sets of selectors as the kernel sees them: one bit per selector of a hook. */
import { SELECTOR_WORDS_MAX } from '../records/index.ts';

/** Bit n is set when selector n is in the set. */
export type SelectorSet = bigint;

/** The set as 64-bit words, least significant first, padded to the size of the kernel's struct. */
export function toWords(set: SelectorSet): readonly bigint[] {
  return Array.from({ length: SELECTOR_WORDS_MAX }, (_, word) =>
    BigInt.asUintN(64, set >> BigInt(64 * word)),
  );
}

/** The set with one more selector. */
export function withSelector(set: SelectorSet | undefined, selector: number): SelectorSet {
  return (set ?? 0n) | (1n << BigInt(selector));
}

/** The set of the given selectors. */
export function setOf(selectors: readonly number[]): SelectorSet {
  return selectors.reduce((set, selector) => withSelector(set, selector), 0n);
}
