/** Fields of an exception with their values. What is not understood must not hide everything. */
import { quote } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { type ExceptionShape, textsOf } from './compile-entry.ts';

/** What is wrong, and where; the whole exception when no place is said. */
export interface ValuesProblem {
  readonly message: string;
  readonly at?: YamlNode;
}

/** Entries of which one is enough; each has texts for every field. */
export interface ExceptionValues {
  readonly shape: ExceptionShape;
  readonly rows: readonly (readonly (readonly string[])[])[];
  readonly at: YamlNode;
}

/** Operators that any text fulfils when they are given an empty one. */
const PARTIAL = ['contains', 'icontains', 'startswith', 'istartswith', 'endswith', 'iendswith'];

/** Reads them, or says what is wrong. */
export function readValues(
  entries: ReadonlyMap<string, MappingEntry>,
): ExceptionValues | ValuesProblem {
  const fields = entries.get('fields')?.value;
  const at = entries.get('values')?.value;
  if (fields === undefined || at?.kind !== 'sequence' || at.items.length === 0) {
    return { message: 'an exception needs `fields` and a list of `values`' };
  }
  const shape = readShape(fields, entries.get('comps')?.value);
  if ('message' in shape) return shape;
  const rows = readRows(at.items, shape);
  if (rows === undefined) {
    return { message: `an entry has ${shape.fields.length} values, one for each field`, at };
  }
  const open = shape.comps.find((comp, position) => {
    return PARTIAL.includes(comp) && rows.some((row) => row[position]?.includes(''));
  });
  if (open === undefined) return { shape, rows, at };
  return { message: `every text ${quote(open)} an empty one`, at };
}

function readShape(
  fields: YamlNode,
  written: YamlNode | undefined,
): ExceptionShape | ValuesProblem {
  const isTuple = fields.kind === 'sequence';
  const names = flatTexts(fields);
  if (names === undefined || names.length === 0) {
    return { message: '`fields` is the name of a field, or a list of names', at: fields };
  }
  const standard = names.map(() => (isTuple ? '=' : 'in'));
  const comps = written === undefined ? standard : flatTexts(written);
  if (comps?.length === names.length) return { fields: names, comps, isTuple };
  return { message: 'an exception has as many `comps` as `fields`', at: written ?? fields };
}

/** Entries by field; undefined when one has too few or too many values, or what is no text. */
function readRows(
  items: readonly YamlNode[],
  { fields, isTuple }: ExceptionShape,
): ExceptionValues['rows'] | undefined {
  if (!isTuple) {
    const texts = items.map(flatTexts);
    return texts.every((each) => each !== undefined) ? [[texts.flat()]] : undefined;
  }
  const rows = items.map((item) => {
    if (item.kind !== 'sequence' || item.items.length !== fields.length) return undefined;
    const row = item.items.map(flatTexts);
    return row.every((texts) => texts !== undefined && texts.length > 0)
      ? row.map((texts) => texts ?? [])
      : undefined;
  });
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

/** Texts of a scalar or of a list of scalars; undefined when there is something else. */
function flatTexts(node: YamlNode): readonly string[] | undefined {
  const items = node.kind === 'sequence' ? node.items : [node];
  return items.every(({ kind }) => kind === 'scalar') ? textsOf(node) : undefined;
}
