/** Rows of the maps of one generation: what each dimension finds, by what is looked up. */
import {
  AFFIX_SIZE_MAX,
  encodeAddressKey,
  encodeAffixKey,
  encodeAffixRow,
  encodeNumberKey,
  encodeRangeKey,
  encodeSelectorSet,
  encodeTextKeyLarge,
  encodeTextKeyMedium,
  encodeTextKeySmall,
  TEXT_CLASS_MEDIUM,
  TEXT_CLASS_SMALL,
} from '../records/index.ts';
import type { Dimension } from './dimension.ts';
import { parseRangeKey, rangeKey } from './range-cover.ts';
import { type SelectorSet, toWords } from './selector-set.ts';

/** Maps of a hook program that hold rows by key, by their name in the object. */
export type RowMapName =
  | 'number_rows'
  | 'range_rows'
  | 'text_rows_small'
  | 'text_rows_medium'
  | 'text_rows_large'
  | 'affix_rows'
  | 'address_rows';

export interface Row {
  readonly map: RowMapName;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Numbers of pieces begin here, apart from those of dimensions. */
const FIRST_PIECE = 0x8000_0000;

/** Gives out numbers for the pieces of long prefixes, unique within a generation. */
export class PieceNumbers {
  #last = FIRST_PIECE - 1;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/** Where the rows of a dimension go. */
export interface RowPlace {
  /** Of the dimension. */
  readonly number: number;
  readonly pieces: PieceNumbers;
}

/** Rows of every kind but `indexed` and `substring`, which have maps of their own. */
export function encodeRows(dimension: Dimension, place: RowPlace): readonly Row[] {
  switch (dimension.kind) {
    case 'number':
    case 'scope':
    case 'mask':
      return [...dimension.rows].map(([key, set]) =>
        numberRow(place.number, { value: BigInt(key), set }),
      );
    case 'range':
      return rangeRows(dimension.rows, place.number);
    case 'address':
      return addressRows(dimension.rows, place.number);
    case 'text':
      return [...dimension.rows].map(([key, set]) => textRow(place.number, String(key), set));
    case 'prefix':
    case 'postfix':
      return affixRows(dimension.rows, place);
    default:
      return [];
  }
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

function textRow(dimension: number, text: string, set: SelectorSet): Row {
  const bytes = Buffer.from(text, 'latin1');
  const value = encodeSet(set);
  if (bytes.length < TEXT_CLASS_SMALL) {
    return { map: 'text_rows_small', key: encodeTextKeySmall({ dimension, text: bytes }), value };
  }
  if (bytes.length < TEXT_CLASS_MEDIUM) {
    return { map: 'text_rows_medium', key: encodeTextKeyMedium({ dimension, text: bytes }), value };
  }
  return { map: 'text_rows_large', key: encodeTextKeyLarge({ dimension, text: bytes }), value };
}

function rangeRows(rows: PrefixRows, dimension: number): Row[] {
  return unitePrefixes(rows, 64).map(({ bits, bytes, set }) => ({
    map: 'range_rows',
    key: encodeRangeKey({ prefixBits: 32 + bits, dimension, value: bytes }),
    value: encodeSet(set),
  }));
}

function addressRows(rows: PrefixRows, dimension: number): Row[] {
  return unitePrefixes(rows, 128).map(({ bits, bytes, set }) => ({
    map: 'address_rows',
    key: encodeAddressKey({ prefixBits: 32 + bits, dimension, address: bytes }),
    value: encodeSet(set),
  }));
}

type PrefixRows = ReadonlyMap<bigint | string, SelectorSet>;

interface UnitedPrefix {
  readonly bits: number;
  /** Big endian. */
  readonly bytes: readonly number[];
  readonly set: SelectorSet;
}

/** A trie lookup returns only the longest match, so each row must hold its shorter ones too. */
function unitePrefixes(rows: PrefixRows, width: number): readonly UnitedPrefix[] {
  return [...rows.keys()].map((key) => {
    const { bits, value } = parseRangeKey(String(key));
    let set = 0n;
    for (let shorter = 0; shorter <= bits; shorter++) {
      const block = BigInt(width - shorter);
      set |= rows.get(rangeKey(shorter, (value >> block) << block)) ?? 0n;
    }
    const digits = value.toString(16).padStart(width / 4, '0');
    return { bits, bytes: [...Buffer.from(digits, 'hex')], set };
  });
}

interface Piece {
  /** Number of the dimension, or of the piece before. */
  readonly dimension: number;
  /** The whole text before this piece. */
  readonly before: string;
}

/** Texts longer than one key are cut into pieces, each found by the number in the row before. */
function affixRows(
  rows: ReadonlyMap<bigint | string, SelectorSet>,
  { number, pieces }: RowPlace,
): readonly Row[] {
  const known = new Map<string, Piece>([['', { dimension: number, before: '' }]]);
  const ends = new Set<string>();
  for (const key of rows.keys()) {
    const text = String(key);
    ends.add(text);
    for (let at = AFFIX_SIZE_MAX; at < text.length; at += AFFIX_SIZE_MAX) {
      const before = text.slice(0, at);
      ends.add(before);
      if (!known.has(before)) known.set(before, { dimension: pieces.next(), before });
    }
  }
  const united = uniteAffixes(rows, ends);
  return [...united].map(([text, set]) => {
    const start = Math.floor((text.length - 1) / AFFIX_SIZE_MAX) * AFFIX_SIZE_MAX;
    const part = Buffer.from(text.slice(start), 'latin1');
    const dimension = known.get(text.slice(0, start))?.dimension ?? number;
    const key = encodeAffixKey({ prefixBits: (4 + part.length) * 8, dimension, text: part });
    const isWhole = part.length === AFFIX_SIZE_MAX;
    const next = isWhole ? (known.get(text)?.dimension ?? 0) : 0;
    const found = { words: toWords(set) };
    return { map: 'affix_rows' as const, key, value: encodeAffixRow({ found, next }) };
  });
}

/** Each text with the selectors of itself and of all its shorter ones. */
function uniteAffixes(
  rows: ReadonlyMap<bigint | string, SelectorSet>,
  ends: ReadonlySet<string>,
): ReadonlyMap<string, SelectorSet> {
  const united = new Map<string, SelectorSet>();
  for (const text of [...ends].toSorted((a, b) => a.length - b.length)) {
    let set = rows.get(text) ?? 0n;
    // Shorter ones are complete already, so the longest of them is enough.
    for (let length = text.length - 1; length > 0; length--) {
      const shorter = united.get(text.slice(0, length));
      if (shorter === undefined) continue;
      set |= shorter;
      break;
    }
    united.set(text, set);
  }
  return united;
}
