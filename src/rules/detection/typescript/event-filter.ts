/** Which events of a class a detector wants; the others are not handed over. */
import type { EventClass } from '../../../model/event-class.ts';
import type { FieldValue } from '../fields/field-value.ts';

export type FilterValue = string | number | boolean;

/** By class, fields that must have one of these values; other classes are wanted whole. */
export type EventFilter = Readonly<
  Partial<Record<EventClass, Readonly<Record<string, readonly FilterValue[]>>>>
>;

/** Whether an event is wanted. `read` gives a field as it is declared. */
export function isWanted(
  filter: EventFilter,
  eventClass: EventClass,
  read: (written: string) => FieldValue | undefined,
): boolean {
  const fields = filter[eventClass];
  if (fields === undefined) return true;
  return Object.entries(fields).every(([written, wanted]) => hasOne(read(written), wanted));
}

/** Whether a field has one of the values. */
export function hasOne(value: FieldValue | undefined, wanted: readonly FilterValue[]): boolean {
  if (typeof value !== 'object') return value !== undefined && wanted.includes(value);
  for (const item of value) if (wanted.includes(item)) return true;
  return false;
}
