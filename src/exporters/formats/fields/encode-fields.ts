/** Follows tables of fields. */
import type { Reading } from '../reading/read-message.ts';
import type { SourceName } from '../reading/sources.ts';
import type { Values } from '../reading/values.ts';
import type { Conversion, FieldRow } from './rows.ts';

/** An object that is being written. */
export interface Encoded {
  [member: string]: unknown;
}

/** The object that the rows describe; nothing in it is empty. */
export function encodeFields(rows: readonly FieldRow[], reading: Reading): Encoded {
  const encoded: Encoded = {};
  fill(encoded, rows, reading);
  return encoded;
}

function fill(encoded: Encoded, rows: readonly FieldRow[], reading: Reading): void {
  for (const row of rows) {
    switch (row.kind) {
      case 'constant':
        put(encoded, row.target, row.value);
        break;
      case 'all':
        put(encoded, row.target, allOf(row.sources, reading.values));
        break;
      case 'value':
        put(encoded, row.target, found(row.sources, reading.values, row.as));
        break;
      case 'group':
        if (hasAny(row.when, reading.values)) fill(encoded, row.rows, reading);
        break;
      case 'object':
        if (hasAny(row.table.when, reading.values)) {
          put(encoded, row.target, encodeFields(row.table.rows, reading));
        }
        break;
      case 'evidence': {
        const objects = reading.evidence.map((event) => encodeFields(row.rows, event));
        put(encoded, row.target, objects.filter(isFilled));
        break;
      }
    }
  }
}

function hasAny(names: readonly SourceName[], values: Values): boolean {
  return names.some((name) => values[name] !== undefined);
}

function found(sources: readonly SourceName[], values: Values, as?: Conversion): unknown {
  const name = sources.find((source) => values[source] !== undefined);
  const plain = name === undefined ? undefined : values[name];
  return plain === undefined || as === undefined ? plain : as.convert(plain);
}

function allOf(sources: readonly SourceName[], values: Values): readonly string[] {
  const texts = sources.flatMap((source) => values[source] ?? []).map(String);
  return [...new Set(texts)];
}

/** Targets are from the tables, never from messages: there are a few hundred. */
const PATHS = new Map<string, readonly string[]>();

function pathOf(target: string): readonly string[] {
  const known = PATHS.get(target);
  if (known !== undefined) return known;
  const path = target.split('.');
  PATHS.set(target, path);
  return path;
}

function put(encoded: Encoded, target: string, member: unknown): void {
  if (member === undefined || (Array.isArray(member) && member.length === 0)) return;
  const path = pathOf(target);
  const last = path.length - 1;
  let at = encoded;
  for (let index = 0; index < last; index += 1) at = step(at, path[index] ?? target);
  at[path[last] ?? target] = member;
}

function step(encoded: Encoded, part: string): Encoded {
  const next = encoded[part];
  if (isEncoded(next)) return next;
  const made: Encoded = {};
  encoded[part] = made;
  return made;
}

function isEncoded(value: unknown): value is Encoded {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFilled(encoded: Encoded): boolean {
  return Object.keys(encoded).length > 0;
}

/** What is at a path of members, or undefined. */
export function memberAt(encoded: Encoded, target: string): unknown {
  let at: unknown = encoded;
  for (const part of pathOf(target)) at = isEncoded(at) ? at[part] : undefined;
  return at;
}
