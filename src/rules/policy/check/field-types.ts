/** Types of fields, as the tables of fields spell them. */

import type { FieldType, Shape } from './shape.ts';
import { VALUES_MAX } from './values.ts';

/** Text of any kind. */
export const TEXT: FieldType = { kind: 'text' };

export const BOOLEAN: FieldType = { kind: 'boolean' };

/** One of these words. */
export function oneOf(choices: readonly string[]): FieldType {
  return { kind: 'text', choices };
}

/** Names of the user's own, all with one type of value. */
export function mapOf(of: FieldType): FieldType {
  return { kind: 'map', of };
}

/** At most `max` items of one type. */
export function listOf(of: FieldType, max: number, min = 0): FieldType {
  return { kind: 'list', of, max, min };
}

/** At most `max` objects of one shape. */
export function listOfObjects(shape: Shape, max: number): FieldType {
  return listOf({ kind: 'object', shape }, max);
}

/** The values of a matcher: one at least. */
export function valuesOf(of: FieldType = TEXT): FieldType {
  return listOf(of, VALUES_MAX, 1);
}
