/** Messages as documents of the Elastic Common Schema. */
import type { OutboundMessage } from '../../../model/delivery.ts';
import { type Encoded, encodeFields } from '../fields/encode-fields.ts';
import type { FieldRow } from '../fields/rows.ts';
import type { Deed } from '../reading/deeds.ts';
import { type Reading, readMessage } from '../reading/read-message.ts';
import { categoriesOf, outcomeOf } from './categories.ts';
import { ECS_FIELDS, ECS_UNKNOWN } from './fields.ts';

const ROWS: readonly FieldRow[] = Object.values(ECS_FIELDS).flat();
const UNKNOWN: ReadonlySet<Deed> = new Set(['generic', 'health', 'policy_status']);

/** One document, as JSON on one line. Never throws. */
export function encodeEcs(message: OutboundMessage): string {
  return JSON.stringify(toEcs(readMessage(message)));
}

/** The document as an object. */
export function toEcs(reading: Reading): Encoded {
  const rows = UNKNOWN.has(reading.deed) ? [...ROWS, ...ECS_UNKNOWN] : ROWS;
  const fields = encodeFields(rows, reading);
  const outcome = outcomeOf(reading);
  const event = fields['event'];
  return {
    ...fields,
    event: {
      ...(typeof event === 'object' ? event : {}),
      ...categoriesOf(reading),
      ...(outcome === undefined ? {} : { outcome }),
    },
  };
}
