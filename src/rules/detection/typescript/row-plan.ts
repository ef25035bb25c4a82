/** What of which events is handed to the detectors. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { EventClass } from '../../../model/event-class.ts';
import { isFieldName } from '../fields/field-table.ts';
import type { FieldValue } from '../fields/field-value.ts';
import { placeOf } from '../findings/finding-limiter.ts';
import type { FieldReference } from '../ir/condition.ts';
import { splitField } from './check-definition.ts';
import type { EventFilter, FilterValue } from './event-filter.ts';
import type { DetectorHead } from './head.ts';
import type { EventRow, RowPlan } from './protocol.ts';

const NS_PER_US = 1000n;
const US_PER_MS = 1000;

/** For each class that a detector asks for, the fields of all who do. */
export function planRows(detectors: readonly DetectorHead[]): RowPlan {
  const plan: Partial<Record<EventClass, readonly string[]>> = {};
  for (const { inputs, fields } of detectors) {
    for (const input of inputs) plan[input] = [...new Set([...(plan[input] ?? []), ...fields])];
  }
  return plan;
}

/** How rows of one class are made. */
export interface RowReader {
  /** In the order of the plan. */
  readonly fields: readonly FieldReference[];
  /** Of each detector, what fields must have; an event is wanted when one of them wants it. */
  readonly filters: readonly (readonly FieldFilter[])[];
}

/** What a field must have one of. */
export interface FieldFilter extends FieldReference {
  readonly wanted: readonly FilterValue[];
}

/** For each class of a plan. */
export function readersOf(
  plan: RowPlan,
  detectors: readonly DetectorHead[],
): ReadonlyMap<string, RowReader> {
  return new Map(
    Object.entries(plan).map(([name, written]) => {
      const users = detectors.filter(({ inputs }) => inputs.some((input) => input === name));
      const filters = users.map(({ only }) => filtersOf(Object.entries(only), name));
      return [name, { fields: written.flatMap((one) => readerOf(one) ?? []), filters }];
    }),
  );
}

type Filters = readonly (readonly [name: string, fields: EventFilter[EventClass]])[];

function filtersOf(only: Filters, eventClass: string): readonly FieldFilter[] {
  const [, fields = {}] = only.find(([name]) => name === eventClass) ?? [];
  return Object.entries(fields).flatMap(([written, wanted]) => {
    const reference = readerOf(written);
    return reference === undefined ? [] : { ...reference, wanted };
  });
}

/** A field that was checked when its detector was loaded. */
export function readerOf(written: string): FieldReference | undefined {
  const { name, key } = splitField(written);
  return isFieldName(name) ? { field: name, key } : undefined;
}

/** An event as plain data. */
export function makeRow(event: DetectionEvent, values: EventRow['values']): EventRow {
  const timeMs = Number(event.timeNs / NS_PER_US) / US_PER_MS;
  return { class: event.class, timeMs, place: placeOf(event), values };
}

/** Characters of a row: what it takes in the queue. */
export function rowLength({ place, values }: EventRow): number {
  return values.reduce<number>((sum, value) => sum + valueLength(value), place.length);
}

function valueLength(value: FieldValue | undefined): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object') return 1;
  let length = 0;
  for (const item of value) length += typeof item === 'string' ? item.length : 1;
  return length;
}
