/** Rows of the maps of one generation: what each dimension finds, by what is looked up. */
import {
  encodeBlockKey,
  encodeNumberKey,
  encodeSelectorSet,
  encodeTextKeyLarge,
  encodeTextKeyMedium,
  encodeTextKeySmall,
  encodeTextKeyTiny,
  TEXT_CLASS_MEDIUM,
  TEXT_CLASS_SMALL,
  TEXT_CLASS_TINY,
} from '../records/index.ts';
import type { DimensionKind } from './condition.ts';
import type { Dimension } from './dimension.ts';
import type { PrefixRows } from './length-tree.ts';
import { parseRangeKey } from './range-cover.ts';
import { type SelectorSet, toWords } from './selector-set.ts';

/** Maps of a hook program that hold rows by key, by their name in the object. */
export type RowMapName =
  | 'number_rows'
  | 'text_rows_tiny'
  | 'text_rows_small'
  | 'text_rows_medium'
  | 'text_rows_large'
  | 'block_rows';

const PREFIX_KINDS: ReadonlySet<DimensionKind> = new Set(['range', 'address', 'prefix', 'postfix']);

export interface Row {
  readonly map: RowMapName;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Rows of every kind but those with tables of their own: ids, substrings and prefixes. */
export function encodeRows({ kind, rows }: Dimension, number: number): readonly Row[] {
  switch (kind) {
    case 'number':
    case 'scope':
    case 'mask':
      return [...rows].map(([key, set]) => numberRow(number, { value: BigInt(key), set }));
    case 'text':
      return [...rows].map(([key, set]) => textRow(number, bytesOf(String(key)), set));
    default:
      return [];
  }
}

/** Whether the rows of the dimension are prefixes, of which the longest counts. */
export function isOnPrefixes({ kind }: Dimension): boolean {
  return PREFIX_KINDS.has(kind);
}

/** The dimension's keys as strings of bytes, those of postfixes reversed, or of bits. */
export function prefixesOf({ kind, rows }: Dimension): PrefixRows {
  const keys = [...rows].map(([key, set]) => [prefixOf(kind, String(key)), set] as const);
  return new Map(keys);
}

/** Rows for what prefixesOf gave, or for parts of it. */
export function encodePrefixes(
  { kind }: Dimension,
  number: number,
  rows: PrefixRows,
): readonly Row[] {
  return [...rows].map(([prefix, set]) => {
    if (kind === 'prefix') return textRow(number, bytesOf(prefix), set);
    if (kind === 'postfix') return textRow(number, bytesOf(prefix).reverse(), set);
    return blockRow(number, prefix, set);
  });
}

export function encodeSet(set: SelectorSet): Uint8Array {
  return encodeSelectorSet({ words: toWords(set) });
}

export function numberRow(
  dimension: number,
  { value, set }: { readonly value: bigint; readonly set: SelectorSet },
): Row {
  return { map: 'number_rows', key: encodeNumberKey({ dimension, value }), value: encodeSet(set) };
}

function textRow(dimension: number, text: Uint8Array, set: SelectorSet): Row {
  const key = { dimension, length: text.length, text };
  const value = encodeSet(set);
  if (text.length < TEXT_CLASS_TINY) {
    return { map: 'text_rows_tiny', key: encodeTextKeyTiny(key), value };
  }
  if (text.length < TEXT_CLASS_SMALL) {
    return { map: 'text_rows_small', key: encodeTextKeySmall(key), value };
  }
  if (text.length < TEXT_CLASS_MEDIUM) {
    return { map: 'text_rows_medium', key: encodeTextKeyMedium(key), value };
  }
  return { map: 'text_rows_large', key: encodeTextKeyLarge(key), value };
}

function blockRow(dimension: number, prefix: string, set: SelectorSet): Row {
  const word = (at: number): bigint => BigInt(`0b${prefix.slice(at, at + 64).padEnd(64, '0')}`);
  const key = { dimension, bits: prefix.length, high: word(0), low: word(64) };
  return { map: 'block_rows', key: encodeBlockKey(key), value: encodeSet(set) };
}

function prefixOf(kind: DimensionKind, key: string): string {
  if (kind === 'prefix' || kind === 'postfix') return key;
  const { bits, value } = parseRangeKey(key);
  return value
    .toString(2)
    .padStart(kind === 'range' ? 64 : 128, '0')
    .slice(0, bits);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
