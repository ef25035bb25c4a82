/**
 * Tables of fields: what a format writes, and from what. The encoders follow them and the reference
 * is printed from them, so that it says what is done.
 */
import type { SourceName } from '../reading/sources.ts';
import type { Value } from '../reading/values.ts';

export interface Conversion {
  /** For the reference: what becomes of the value. */
  readonly says: string;
  /** Undefined for values that have no counterpart; the field is left out then. */
  readonly convert: (value: Value) => unknown;
}

/** One line of a table. Targets are paths of members. */
export type FieldRow =
  | {
      readonly kind: 'value';
      readonly target: string;
      /** The first that is there. */
      readonly sources: readonly SourceName[];
      readonly as?: Conversion | undefined;
    }
  /** A list of all that are there, each once. */
  | { readonly kind: 'all'; readonly target: string; readonly sources: readonly SourceName[] }
  | {
      readonly kind: 'constant';
      readonly target: string;
      readonly value: string | number | boolean;
    }
  /** Rows that are looked at only when one of the values is there. */
  | {
      readonly kind: 'group';
      readonly when: readonly SourceName[];
      readonly rows: readonly FieldRow[];
    }
  /** An object that is written in several places; targets are within it. */
  | { readonly kind: 'object'; readonly target: string; readonly table: ObjectTable }
  /** One object for each event that a finding rests on. */
  | { readonly kind: 'evidence'; readonly target: string; readonly rows: readonly FieldRow[] };

export interface ObjectTable {
  readonly name: string;
  /** Written only when one of these is there. */
  readonly when: readonly SourceName[];
  readonly rows: readonly FieldRow[];
}

export function value(
  target: string,
  source: SourceName | readonly SourceName[],
  as?: Conversion,
): FieldRow {
  return { kind: 'value', target, sources: typeof source === 'string' ? [source] : source, as };
}

export function constant(target: string, text: string | number | boolean): FieldRow {
  return { kind: 'constant', target, value: text };
}

export function group(
  when: SourceName | readonly SourceName[],
  rows: readonly FieldRow[],
): FieldRow {
  return { kind: 'group', when: typeof when === 'string' ? [when] : when, rows };
}

export function object(target: string, table: ObjectTable): FieldRow {
  return { kind: 'object', target, table };
}
