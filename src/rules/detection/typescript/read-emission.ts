/** Reads what a detector says of a finding; what is too much is cut. */
import { isRecord } from '../recording/is-record.ts';
import type { EmittedFinding } from './protocol.ts';

const MESSAGE_LENGTH_MAX = 1000;
const FIELDS_MAX = 32;
const NAME_LENGTH_MAX = 100;
const VALUE_LENGTH_MAX = 1000;

type Said = Pick<EmittedFinding, 'message' | 'fields' | 'count'>;

/** Plain data, whatever was given. An empty message stands for the title. */
export function readEmission(emission: unknown): Said {
  const { message, fields, count } = isRecord(emission) ? emission : {};
  return {
    message: typeof message === 'string' ? message.slice(0, MESSAGE_LENGTH_MAX) : '',
    fields: readFields(fields),
    count:
      typeof count === 'number' && count >= 1 && Number.isFinite(count) ? Math.trunc(count) : 1,
  };
}

function readFields(fields: unknown): Readonly<Record<string, string>> {
  const texts: Record<string, string> = Object.create(null);
  const entries = isRecord(fields) ? Object.entries(fields) : [];
  for (const [name, value] of entries.slice(0, FIELDS_MAX)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) continue;
    texts[name.slice(0, NAME_LENGTH_MAX)] = String(value).slice(0, VALUE_LENGTH_MAX);
  }
  return texts;
}
