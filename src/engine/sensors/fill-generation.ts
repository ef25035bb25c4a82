/** Puts an encoded generation into an object: what is frozen before load, and the rows after it. */
import type { BpfObject } from '../kernel/index.ts';
import { DIMENSIONS_MAX, SELECTORS_MAX, STRUCT_SIZES } from '../records/index.ts';
import { u32Bytes } from './bytes.ts';
import type { Row, RowMapName } from './encode-rows.ts';
import type { EncodedGeneration } from './generation.ts';
import type { ArrayMapName } from './generation-tables.ts';

const ARRAY_MAPS: readonly ArrayMapName[] = ['index_numbers', 'index_rows', 'lengths', 'automaton'];

const ROW_MAPS: readonly RowMapName[] = [
  'number_rows',
  'text_rows_tiny',
  'text_rows_small',
  'text_rows_medium',
  'text_rows_large',
  'block_rows',
];

/** Sets what is frozen at load, and the sizes of the row maps. Before load. */
export function prepareGeneration(object: BpfObject, generation: EncodedGeneration): void {
  object.setVariable('config', generation.config);
  setArray(object, 'dimensions', {
    items: generation.dimensions,
    bytes: DIMENSIONS_MAX * STRUCT_SIZES.DIMENSION_CONFIG,
  });
  setArray(object, 'selectors', {
    items: generation.selectors,
    bytes: SELECTORS_MAX * STRUCT_SIZES.SELECTOR_ROW,
  });
  setArray(object, 'rate_rows', {
    items: generation.rates,
    bytes: SELECTORS_MAX * STRUCT_SIZES.RATE_ROW,
  });
  object.setVariable('byte_classes', generation.byteClasses);
  object.setMapEntries('selector_counters', Math.max(1, generation.selectors.length));
  for (const name of ROW_MAPS) object.setMapEntries(name, countRows(generation.rows, name));
  for (const name of ARRAY_MAPS) {
    object.setMapEntries(name, Math.max(1, generation.arrays[name].length));
  }
}

/** Fills the row maps. After load, before anything can run the program. */
export function fillGeneration(object: BpfObject, generation: EncodedGeneration): void {
  fillRows(object, generation.rows);
  fillArrays(object, generation.arrays);
}

function countRows(rows: readonly Row[], map: RowMapName): number {
  return Math.max(1, rows.filter((row) => row.map === map).length);
}

function fillRows(object: BpfObject, rows: readonly Row[]): void {
  for (const name of ROW_MAPS) {
    const map = object.map(name);
    for (const row of rows) {
      if (row.map === name) map.set(row.key, row.value);
    }
  }
}

function fillArrays(object: BpfObject, arrays: EncodedGeneration['arrays']): void {
  for (const name of ARRAY_MAPS) {
    const map = object.map(name);
    for (const [place, value] of arrays[name].entries()) map.set(u32Bytes(place), value);
  }
}

/** Arrays in .rodata have a fixed size; what is not used stays zero. */
function setArray(
  object: BpfObject,
  name: string,
  content: { readonly items: readonly Uint8Array[]; readonly bytes: number },
): void {
  const bytes = new Uint8Array(content.bytes);
  let at = 0;
  for (const item of content.items) {
    bytes.set(item, at);
    at += item.length;
  }
  object.setVariable(name, bytes);
}
