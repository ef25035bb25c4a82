/** Look-up tables of one generation: what the dimensions of a hook share, and the rows of each. */
import { encodeLengthRow } from '../records/index.ts';
import { type Automaton, buildAutomaton } from './automaton.ts';
import type { BinaryIds } from './binary-registry.ts';
import type { Dimension } from './dimension.ts';
import {
  encodePrefixes,
  encodeRows,
  encodeSet,
  isOnPrefixes,
  numberRow,
  prefixesOf,
  type Row,
} from './encode-rows.ts';
import { buildIndexTables, type IndexTables } from './index-tables.ts';
import { type LengthNode, LengthTrees, type SearchedPrefixes } from './length-tree.ts';

/** Maps of a hook program that are arrays, by their name in the object. */
export type ArrayMapName = 'index_numbers' | 'index_rows' | 'lengths' | 'automaton';

export interface Tables {
  readonly indexed: readonly Dimension[];
  readonly index: IndexTables;
  readonly substrings: readonly Dimension[];
  readonly automaton: Automaton;
  readonly prefixes: ReadonlyMap<Dimension, SearchedPrefixes>;
  readonly lengths: readonly LengthNode[];
}

export function buildTables(dimensions: readonly Dimension[], binaries: BinaryIds): Tables {
  const indexed = dimensions.filter(({ kind }) => kind === 'indexed');
  const substrings = dimensions.filter(isSubstring);
  const idRows = indexed.map(({ rows }) => {
    const ids = binaries.resolve([...rows.keys()].map(String));
    return new Map([...rows.values()].map((set, place) => [ids[place] ?? 0, set]));
  });
  const texts = substrings.map(({ rows }) => ({
    rows: new Map([...rows].map(([key, set]) => [String(key), set])),
  }));
  const lengths = new LengthTrees();
  const searched = dimensions
    .filter(isOnPrefixes)
    .map((dimension) => [dimension, lengths.add(prefixesOf(dimension))] as const);
  return {
    indexed,
    index: buildIndexTables(idRows),
    substrings,
    automaton: buildAutomaton(texts),
    prefixes: new Map(searched),
    lengths: lengths.nodes,
  };
}

function isSubstring({ kind }: Dimension): boolean {
  return kind === 'substring' || kind === 'substring_folded';
}

export function encodeAllRows(
  dimensions: readonly Dimension[],
  { substrings, automaton, prefixes }: Tables,
  binaries: BinaryIds,
): readonly Row[] {
  return dimensions.flatMap((dimension, number) => {
    const accepting = automaton.accepting[substrings.indexOf(dimension)];
    if (dimension.kind === 'lineage') return lineageRows(dimension, number, binaries);
    const searched = prefixes.get(dimension);
    if (searched !== undefined) return encodePrefixes(dimension, number, searched.rows);
    if (accepting === undefined) return encodeRows(dimension, number);
    return [...accepting].map(([state, set]) => numberRow(number, { value: BigInt(state), set }));
  });
}

function lineageRows({ rows }: Dimension, number: number, binaries: BinaryIds): readonly Row[] {
  const ids = binaries.resolveLineage([...rows.keys()].map(String));
  return [...rows.values()].map((set, place) =>
    numberRow(number, { value: BigInt(ids[place] ?? 0), set }),
  );
}

export function encodeArrays({
  index,
  automaton,
  lengths,
}: Tables): Readonly<Record<ArrayMapName, readonly Uint8Array[]>> {
  return {
    index_numbers: [...index.numbers].map(
      (number) => new Uint8Array(Uint16Array.of(number).buffer),
    ),
    index_rows: index.rows.map(encodeSet),
    lengths: lengths.map((length) => encodeLengthRow(length)),
    automaton: [...automaton.cells].map((cell) => new Uint8Array(Uint32Array.of(cell).buffer)),
  };
}
