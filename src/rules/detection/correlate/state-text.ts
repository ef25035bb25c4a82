/**
 * What correlations remember, as text: a recording of the events that are kept, then one line with
 * the groups, which name events by their position.
 */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { CodedError } from '../../../model/errors.ts';
import { RecordingDecoder } from '../recording/decode-recording.ts';
import { RecordingEncoder, type RecordingHead } from '../recording/encode-recording.ts';
import { isRecord } from '../recording/is-record.ts';
import type { SavedGroup } from './correlation.ts';
import type { Entry } from './group.ts';

/** Groups by id of the correlation. */
export type SavedGroups = Readonly<Record<string, readonly SavedGroup[]>>;

/** The text. Times are of CLOCK_BOOTTIME, so it is of use until the machine is started again. */
export function encodeState(head: RecordingHead, saved: SavedGroups): string {
  const encoder = new RecordingEncoder();
  const numbers = new Map<DetectionEvent, number>();
  const lines = [encoder.head(head)];
  const numberOf = (event: DetectionEvent): number => {
    let number = numbers.get(event);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(event, number);
      lines.push(encoder.encode(event));
    }
    return number;
  };
  const groups = Object.entries(saved).map(([rule, list]) => [
    rule,
    list.map(({ values, entries }) => [
      values,
      entries.map(({ timeUs, rule: position, value, count, events }) => {
        return [timeUs, position, value, count, events.map(numberOf)];
      }),
    ]),
  ]);
  return `${lines.join('')}${JSON.stringify(groups)}\n`;
}

/**
 * Groups of the text, if it is of the same boot; none when it is of another. Throws
 * RULE_RECORDING_INVALID.
 */
export function decodeState(text: string, boot: string): SavedGroups {
  const lines = text.trimEnd().split('\n');
  const groups = lines.pop() ?? '';
  const decoder = new RecordingDecoder();
  const events: DetectionEvent[] = [];
  for (const line of lines) {
    const event = decoder.decode(line);
    if (event !== undefined) events.push(event);
  }
  if (decoder.head?.boot !== boot) return {};
  return decodeGroups(groups, events);
}

function decodeGroups(text: string, events: readonly DetectionEvent[]): SavedGroups {
  const value = parse(text);
  if (!Array.isArray(value)) return refuse();
  const saved: Record<string, readonly SavedGroup[]> = Object.create(null);
  for (const pair of value) {
    const [rule, list] = Array.isArray(pair) ? pair : [];
    if (typeof rule !== 'string' || !Array.isArray(list)) return refuse();
    saved[rule] = list.map((group) => decodeGroup(group, events));
  }
  return saved;
}

function decodeGroup(value: unknown, events: readonly DetectionEvent[]): SavedGroup {
  const [values, entries] = Array.isArray(value) ? value : [];
  if (!isRecord(values) || !Array.isArray(entries)) return refuse();
  const texts: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(values)) texts[name] = String(text);
  return { values: texts, entries: entries.map((entry) => decodeEntry(entry, events)) };
}

function decodeEntry(fields: unknown, all: readonly DetectionEvent[]): Entry {
  const [timeUs, rule, value, count, numbers] = Array.isArray(fields) ? fields : [];
  const isEntry =
    typeof timeUs === 'number' &&
    typeof rule === 'number' &&
    typeof value === 'string' &&
    typeof count === 'number' &&
    Array.isArray(numbers);
  if (!isEntry) return refuse();
  return { timeUs, rule, value, count, events: numbers.map((number) => all[number] ?? refuse()) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse();
  }
}

function refuse(): never {
  throw new CodedError('RULE_RECORDING_INVALID', 'the groups of correlations cannot be read');
}
