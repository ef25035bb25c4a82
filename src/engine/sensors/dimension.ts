/**
 * Dimensions: one structure per argument and operator class that answers, in one lookup, which
 * selectors a value satisfies. Selectors of all policies share it.
 */
import { assertNever } from '../../model/errors.ts';
import type { ArgumentMatch } from '../../model/plan.ts';
import { type SelectorSet, withSelector } from './selector-set.ts';

export type DimensionKind = 'binary' | 'number' | 'mask' | 'text' | 'prefix' | 'postfix';

/** Cheapest first: the kernel leaves at the first dimension that lets no selector through. */
const KIND_ORDER: readonly DimensionKind[] = [
  'binary',
  'number',
  'mask',
  'text',
  'prefix',
  'postfix',
];

/**
 * Keys of rows: the value for numbers, the bit for masks, the bytes as latin1 for texts and paths.
 */
export type RowKey = bigint | string;

/** A dimension being filled, then frozen into the rows of one generation. */
export interface Dimension {
  readonly kind: DimensionKind;
  /** Position among the arguments the hook reads; 0 where the kind needs none. */
  readonly argument: number;
  readonly rows: Map<RowKey, SelectorSet>;
  constrained: SelectorSet;
  negated: SelectorSet;
}

/** One condition of one selector, ready to be entered into a dimension. */
export interface Condition {
  readonly kind: DimensionKind;
  readonly argument: number;
  readonly isNegated: boolean;
  readonly keys: readonly RowKey[];
}

/** Finds or adds the dimension for a condition and enters the selector into its rows. */
export function enterCondition(
  dimensions: Dimension[],
  condition: Condition,
  selector: number,
): void {
  const bit = 1n << BigInt(selector);
  // A selector that looks at the same argument twice needs a second dimension: conditions of one
  // selector are ANDed, while rows of one dimension are ORed.
  let dimension = dimensions.find(
    (d) =>
      d.kind === condition.kind &&
      d.argument === condition.argument &&
      (d.constrained & bit) === 0n,
  );
  if (dimension === undefined) {
    const { kind, argument } = condition;
    dimension = { kind, argument, rows: new Map(), constrained: 0n, negated: 0n };
    dimensions.push(dimension);
  }
  dimension.constrained |= bit;
  if (condition.isNegated) dimension.negated |= bit;
  for (const key of condition.keys) {
    dimension.rows.set(key, withSelector(dimension.rows.get(key), selector));
  }
}

/** The condition that an entry of matchArgs stands for; `argument` is the hook's own numbering. */
export function toCondition(match: ArgumentMatch, argument: number): Condition {
  if (match.kind === 'number') {
    if (match.operator === 'Mask') {
      return { kind: 'mask', argument, isNegated: false, keys: bitsOf(match.values) };
    }
    const isNegated = match.operator === 'NotEqual';
    const keys = match.values.map((value) => BigInt.asUintN(64, value));
    return { kind: 'number', argument, isNegated, keys };
  }
  const { operator } = match;
  const keys = match.values.map(toBytesKey);
  switch (operator) {
    case 'Equal':
    case 'NotEqual':
      return { kind: 'text', argument, isNegated: operator === 'NotEqual', keys };
    case 'Prefix':
      return { kind: 'prefix', argument, isNegated: false, keys };
    case 'Postfix':
      return { kind: 'postfix', argument, isNegated: false, keys: keys.map(reversed) };
    default:
      return assertNever(operator);
  }
}

/** UTF-8 bytes of a text, one character per byte, so that equal bytes are equal keys. */
export function toBytesKey(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Orders dimensions by cost and closes the rows of longest-prefix matches. */
export function finishDimensions(dimensions: readonly Dimension[]): readonly Dimension[] {
  for (const dimension of dimensions) {
    if (dimension.kind === 'prefix' || dimension.kind === 'postfix') unitePrefixes(dimension.rows);
  }
  return dimensions.toSorted((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind));
}

/** A trie lookup returns only the longest match, so each row must hold its shorter ones too. */
function unitePrefixes(rows: Map<RowKey, SelectorSet>): void {
  const keys = [...rows.keys()].map(String).toSorted((a, b) => a.length - b.length);
  for (const key of keys) {
    let set = rows.get(key) ?? 0n;
    // Shorter rows are complete already, so the longest of them is enough.
    for (let length = key.length - 1; length > 0; length--) {
      const shorter = rows.get(key.slice(0, length));
      if (shorter === undefined) continue;
      set |= shorter;
      break;
    }
    rows.set(key, set);
  }
}

function bitsOf(masks: readonly bigint[]): readonly bigint[] {
  const union = masks.reduce((all, mask) => all | BigInt.asUintN(64, mask), 0n);
  const bits: bigint[] = [];
  for (let bit = 0n; bit < 64n; bit++) {
    if ((union >> bit) & 1n) bits.push(bit);
  }
  return bits;
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}
