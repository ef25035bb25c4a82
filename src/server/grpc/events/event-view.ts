/** One event as its JSON has it: what filters look at, and what its message is made of. */
import { GetEventsResponseSchema } from '../generated/tetragon/events_pb.ts';
import { isJsonObject, type JsonObject, objectAt } from './read-json.ts';

/** An event; `json` has the keys of a response, and no others. */
export interface EventView {
  /** Name of its field: `process_exec`. */
  readonly kind: string;
  /** Number of its field, and of its type in filters. */
  readonly type: number;
  readonly json: JsonObject;
  readonly body: JsonObject;
  /** Undefined for what no process did. */
  readonly process: JsonObject | undefined;
}

/** Numbers of the kinds of events by their names. */
export const EVENT_TYPES: ReadonlyMap<string, number> = new Map(
  GetEventsResponseSchema.oneofs
    .filter(({ name }) => name === 'event')
    .flatMap(({ fields }) => fields.map((field) => [field.name, field.number] as const)),
);

/** How JSON writes half of a character, which a text that was cut may end with. */
const HALF_CHARACTER = /\\ud[89a-f]/i;

/** Messages take whole characters only, as other readers do. */
function makeWhole(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/**
 * Reads one line of the agent. Undefined for what the stream has no place for: findings, answers
 * to them, and amendments of earlier events.
 */
export function readEventLine(line: string): EventView | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line, HALF_CHARACTER.test(line) ? makeWhole : undefined);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  // The kind is the first key of every line.
  for (const kind of Object.keys(value)) {
    const type = EVENT_TYPES.get(kind);
    if (type === undefined) continue;
    const { warder: _, ...json } = value;
    return viewOf(json, kind, type);
  }
  return undefined;
}

/** The same event with another body. */
export function withBody({ kind, type, json }: EventView, body: JsonObject): EventView {
  return viewOf({ ...json, [kind]: body }, kind, type);
}

function viewOf(json: JsonObject, kind: string, type: number): EventView {
  const body = objectAt(json, kind) ?? {};
  return { kind, type, json, body, process: objectAt(body, 'process') };
}
