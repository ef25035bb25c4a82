/** Dimensions over small ids: two array lookups, which the kernel does without a call. */
import type { SelectorSet } from './selector-set.ts';

/** Selectors by id, of one dimension. */
export type IdRows = ReadonlyMap<number, SelectorSet>;

/** Parts of the map index_numbers, one for each dimension, and the rows they lead to. */
export interface IndexTables {
  /** Row by id, 0 for none. */
  readonly numbers: Uint16Array;
  /** Row 0 is empty. */
  readonly rows: readonly SelectorSet[];
  /** Of each dimension, in the order given: where its part begins, and how many ids it has. */
  readonly parts: readonly { readonly start: number; readonly length: number }[];
}

export function buildIndexTables(dimensions: readonly IdRows[]): IndexTables {
  const parts: { readonly start: number; readonly length: number }[] = [];
  const rows: SelectorSet[] = [0n];
  let start = 0;
  for (const ids of dimensions) {
    const length = Math.max(0, ...ids.keys()) + 1;
    parts.push({ start, length });
    start += length;
  }
  const numbers = new Uint16Array(start);
  const known = new Map<SelectorSet, number>();
  for (const [place, ids] of dimensions.entries()) {
    for (const [id, set] of ids) {
      const row = known.get(set) ?? rows.push(set) - 1;
      known.set(set, row);
      numbers[(parts[place]?.start ?? 0) + id] = row;
    }
  }
  return { numbers, rows, parts };
}
