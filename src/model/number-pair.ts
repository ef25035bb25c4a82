/** Conditions on two numbers together, as plans have them. */

/** Two numbers together. */
export interface NumberPair {
  readonly argument: number;
  readonly other: number;
  /** `order`: 0 when the first is less than the other, 1 when they are equal, 2 when greater. */
  readonly relation: 'sum' | 'difference' | 'order';
  /** In which sums and differences are calculated. */
  readonly bits: 32 | 64;
  /** Of `order`. */
  readonly isSigned: boolean;
}

/** A condition on two numbers together. */
export interface PairMatch extends NumberPair {
  readonly kind: 'pair';
  readonly operator: 'Equal' | 'NotEqual';
  /** Without a sign, in the bits of the pair. */
  readonly values: readonly bigint[];
}
