/**
 * What correlations remember, as text: a recording of the events that are kept, then one line with
 * the groups, which name events by their position, and the versions of the rules they are of.
 */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { CodedError } from '../../../model/errors.ts';
import { RecordingDecoder } from '../recording/decode-recording.ts';
import { RecordingEncoder, type RecordingHead } from '../recording/encode-recording.ts';
import { isRecord } from '../recording/is-record.ts';
import type { SavedGroup } from './correlation.ts';
import type { Entry } from './group.ts';

/** What one correlation remembers. */
export interface SavedCorrelation {
  /** Of the rule and of those that it is about; to others, the groups mean nothing. */
  readonly version: string;
  readonly groups: readonly SavedGroup[];
}

/** By id of the correlation. */
export type SavedGroups = Readonly<Record<string, SavedCorrelation>>;

const FORMAT_VERSION = 1;

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
  const groups = Object.entries(saved).map(([rule, correlation]) => [
    rule,
    correlation.version,
    correlation.groups.map(({ values, entries }) => [
      values,
      entries.map(({ timeUs, rule: position, value, count, events }) => {
        return [timeUs, position, value, count, events.map(numberOf)];
      }),
    ]),
  ]);
  const last = { warder: 'correlations', version: FORMAT_VERSION, groups };
  return `${lines.join('')}${JSON.stringify(last)}\n`;
}

/**
 * Groups of the text, if it is of the same boot; none when it is of another. Throws
 * RULE_STATE_INVALID.
 */
export function decodeState(text: string, boot: string): SavedGroups {
  try {
    return decodeText(text, boot);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const message = `what correlations remembered cannot be read: ${error.message}`;
    throw new CodedError('RULE_STATE_INVALID', message, { cause: error });
  }
}

function decodeText(text: string, boot: string): SavedGroups {
  const lines = text.trimEnd().split('\n');
  const groups = lines.pop() ?? '';
  const decoder = new RecordingDecoder();
  const events: DetectionEvent[] = [];
  for (const line of lines) {
    const event = decoder.decode(line);
    if (event !== undefined) events.push(event);
  }
  if (decoder.head === undefined) return refuse('it is empty');
  if (decoder.head.boot !== boot) return {};
  return decodeGroups(groups, events);
}

function decodeGroups(text: string, events: readonly DetectionEvent[]): SavedGroups {
  const value = parse(text);
  if (!isRecord(value) || value['warder'] !== 'correlations') return refuse();
  const { version: format, groups: all } = value;
  if (format !== FORMAT_VERSION) return refuse(`they are of version ${String(format)}`);
  if (!Array.isArray(all)) return refuse();
  const saved: Record<string, SavedCorrelation> = Object.create(null);
  for (const one of all) {
    const [rule, version, list] = Array.isArray(one) ? one : [];
    const isNamed = typeof rule === 'string' && typeof version === 'string';
    if (!isNamed || !Array.isArray(list)) return refuse();
    saved[rule] = { version, groups: list.map((group) => decodeGroup(group, events)) };
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
    Number.isSafeInteger(timeUs) &&
    Number.isSafeInteger(rule) &&
    typeof value === 'string' &&
    Number.isSafeInteger(count) &&
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

function refuse(problem = 'the groups are not as they are written'): never {
  throw new CodedError('RULE_STATE_INVALID', problem);
}
