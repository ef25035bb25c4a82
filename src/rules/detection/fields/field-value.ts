/** Values of fields, and where they come from. */
import type { EventClass } from '../../../model/event-class.ts';
import type { FieldName } from './field-table.ts';

/** A list means that the field has several values at once, any of which may satisfy a test. */
export type FieldValue = string | number | boolean | readonly string[] | readonly number[];

/** Whatever has fields: an event of this machine, a recorded one, a fixture. */
export interface FieldSource {
  readonly class: EventClass;
  /** CLOCK_BOOTTIME ns, or the time of a fixture. */
  readonly timeNs: bigint;
  /** `key` goes with fields that take one: a name, or an index from 0. Absent: not known. */
  value(field: FieldName, key?: string): FieldValue | undefined;
}
