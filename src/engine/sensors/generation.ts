/**
 * Encodes one generation of a hook: joined plans become the frozen config and rows of a program.
 */
import type { ArgumentType } from '../../model/plan.ts';
import {
  ARGUMENT_TYPE,
  DIMENSION_KIND,
  encodeAffixKey,
  encodeDimensionConfig,
  encodeHookConfig,
  encodeNumberKey,
  encodeSelectorRow,
  encodeSelectorSet,
  encodeTextKeyLarge,
  encodeTextKeyMedium,
  encodeTextKeySmall,
  SAME_POLICY_STEPS,
  STRUCT_SIZES,
  TEXT_CLASS_MEDIUM,
  TEXT_CLASS_SMALL,
} from '../records/index.ts';
import type { Dimension, DimensionKind } from './dimension.ts';
import type { JoinedPlans, JoinedSelector } from './join-plans.ts';
import { type SelectorSet, setOf, toWords } from './selector-set.ts';

const ARGUMENT_TYPES: Readonly<Record<ArgumentType, number>> = {
  int: ARGUMENT_TYPE.INT,
  size_t: ARGUMENT_TYPE.SIZE,
  string: ARGUMENT_TYPE.STRING,
  file: ARGUMENT_TYPE.FILE,
  path: ARGUMENT_TYPE.PATH,
};

const DIMENSION_KINDS: Readonly<Record<DimensionKind, number>> = {
  binary: DIMENSION_KIND.BINARY,
  number: DIMENSION_KIND.NUMBER,
  mask: DIMENSION_KIND.MASK,
  text: DIMENSION_KIND.TEXT,
  prefix: DIMENSION_KIND.PREFIX,
  postfix: DIMENSION_KIND.POSTFIX,
};

const NO_SELECTOR: Uint8Array = new Uint8Array(STRUCT_SIZES.SELECTOR_ROW);

/** Maps of a hook program that hold rows, by their name in the object. */
export type RowMapName =
  | 'number_rows'
  | 'text_rows_small'
  | 'text_rows_medium'
  | 'text_rows_large'
  | 'affix_rows';

export interface Row {
  readonly map: RowMapName;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Bytes for the variables of the object's .rodata, and the rows of its maps. */
export interface EncodedGeneration {
  readonly config: Uint8Array;
  readonly dimensions: readonly Uint8Array[];
  readonly selectors: readonly Uint8Array[];
  readonly rows: readonly Row[];
}

export interface GenerationIdentity {
  readonly hookId: number;
  readonly generation: number;
  /** HOOK_FLAG bits. */
  readonly flags: number;
}

/** `binaryIds` turns paths, as latin1 of their bytes, into ids the kernel knows. */
export function encodeGeneration(
  joined: JoinedPlans,
  identity: GenerationIdentity,
  binaryIds: (paths: readonly string[]) => readonly number[],
): EncodedGeneration {
  const rows = joined.dimensions.flatMap((dimension, number) =>
    encodeRows(dimension, number, binaryIds),
  );
  const { selectors } = joined;
  const all = setOf(selectors.map(({ number }) => number));
  return {
    config: encodeHookConfig({
      ...identity,
      argumentCount: joined.arguments.length,
      dimensionCount: joined.dimensions.length,
      earlyCount: joined.dimensions.filter((dimension) => dimension.kind === 'binary').length,
      wordCount: Math.ceil(endOf(selectors) / 64),
      textClasses: textClassesOf(rows),
      arguments: joined.arguments.map(({ index, type }) => ({ index, type: ARGUMENT_TYPES[type] })),
      all: { words: toWords(all) },
      posting: wordsWhere(selectors, ({ isPosted }) => isPosted),
      signalling: wordsWhere(selectors, ({ signal }) => signal !== 0),
      overriding: wordsWhere(selectors, ({ overrideError }) => overrideError !== 0),
      samePolicy: Array.from({ length: SAME_POLICY_STEPS }, (_, step) =>
        samePolicy(selectors, 2 ** step),
      ),
    }),
    dimensions: joined.dimensions.map((dimension, number) =>
      encodeDimensionConfig({
        kind: DIMENSION_KINDS[dimension.kind],
        argument: dimension.argument,
        number,
        maskBits: maskBitsOf(dimension),
        negated: { words: toWords(dimension.negated) },
        unconstrained: { words: toWords(all & ~dimension.constrained) },
      }),
    ),
    selectors: encodeSelectors(selectors),
    rows,
  };
}

/** Numbers that no selector has, because a policy stays within one word, get an empty row. */
function encodeSelectors(selectors: readonly JoinedSelector[]): readonly Uint8Array[] {
  const rows = Array.from({ length: endOf(selectors) }, () => NO_SELECTOR);
  for (const { number, signal, overrideError } of selectors) {
    rows[number] = encodeSelectorRow({ signal, overrideError });
  }
  return rows;
}

function endOf(selectors: readonly JoinedSelector[]): number {
  return (selectors.at(-1)?.number ?? 0) + 1;
}

function wordsWhere(
  selectors: readonly JoinedSelector[],
  predicate: (selector: JoinedSelector) => boolean,
): { readonly words: readonly bigint[] } {
  return { words: toWords(setOf(selectors.filter(predicate).map(({ number }) => number))) };
}

/** Selectors whose policy also has the selector `distance` before them. */
function samePolicy(
  selectors: readonly JoinedSelector[],
  distance: number,
): { readonly words: readonly bigint[] } {
  const owners = new Map(selectors.map(({ number, member }) => [number, member]));
  return wordsWhere(selectors, ({ number, member }) => owners.get(number - distance) === member);
}

function encodeRows(
  dimension: Dimension,
  number: number,
  binaryIds: (paths: readonly string[]) => readonly number[],
): readonly Row[] {
  const entries = [...dimension.rows];
  if (dimension.kind === 'binary') return encodeBinaryRows(dimension, number, binaryIds);
  return entries.map(([key, set]) => ({
    ...(typeof key === 'bigint'
      ? { map: 'number_rows' as const, key: encodeNumberKey({ dimension: number, value: key }) }
      : encodeTextRow(dimension.kind, number, Buffer.from(key, 'latin1'))),
    value: encodeSet(set),
  }));
}

function encodeBinaryRows(
  dimension: Dimension,
  number: number,
  binaryIds: (paths: readonly string[]) => readonly number[],
): readonly Row[] {
  const ids = binaryIds([...dimension.rows.keys()].map(String));
  return [...dimension.rows.values()].map((set, position) => ({
    map: 'number_rows',
    key: encodeNumberKey({ dimension: number, value: BigInt(ids[position] ?? 0) }),
    value: encodeSet(set),
  }));
}

function encodeTextRow(
  kind: DimensionKind,
  dimension: number,
  text: Uint8Array,
): Pick<Row, 'map' | 'key'> {
  if (kind !== 'text') {
    const prefixBits = (4 + text.length) * 8;
    return { map: 'affix_rows', key: encodeAffixKey({ prefixBits, dimension, text }) };
  }
  if (text.length < TEXT_CLASS_SMALL) {
    return { map: 'text_rows_small', key: encodeTextKeySmall({ dimension, text }) };
  }
  if (text.length < TEXT_CLASS_MEDIUM) {
    return { map: 'text_rows_medium', key: encodeTextKeyMedium({ dimension, text }) };
  }
  return { map: 'text_rows_large', key: encodeTextKeyLarge({ dimension, text }) };
}

function encodeSet(set: SelectorSet): Uint8Array {
  return encodeSelectorSet({ words: toWords(set) });
}

function textClassesOf(rows: readonly Row[]): number {
  const classes: readonly RowMapName[] = ['text_rows_small', 'text_rows_medium', 'text_rows_large'];
  return classes.reduce(
    (bits, map, bit) => bits | (rows.some((row) => row.map === map) ? 1 << bit : 0),
    0,
  );
}

function maskBitsOf(dimension: Dimension): bigint {
  if (dimension.kind !== 'mask') return 0n;
  return [...dimension.rows.keys()].reduce<bigint>((bits, bit) => bits | (1n << BigInt(bit)), 0n);
}
