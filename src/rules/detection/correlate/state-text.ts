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

/** Characters of a text: writing it down takes some ten milliseconds, in which all else waits. */
const LENGTH_MAX = 8 * 1024 * 1024;

/** The text, and how many groups found no room in it. */
export interface StateText {
  readonly text: string;
  readonly unsaved: number;
}

/**
 * Times are of CLOCK_BOOTTIME, so it is of use until the machine is started again. Each correlation
 * has its share of the length and what the ones before it left: those with few groups are first, so
 * that a flood of groups costs nobody else. Of its groups, those that were used last go in. In the
 * second half of a share they go without their events: that something was counted is worth more
 * than what it was.
 */
export function encodeState(
  head: RecordingHead,
  saved: SavedGroups,
  lengthMax: number = LENGTH_MAX,
): StateText {
  const writer = new StateWriter(head);
  const order = Object.entries(saved).sort(([, a], [, b]) => a.groups.length - b.groups.length);
  let unsaved = 0;
  const correlations = order.map(([rule, { version, groups }], position) => {
    const share = (lengthMax - writer.length) / (order.length - position);
    const texts = writer.writeGroups(groups, share);
    unsaved += groups.length - texts.length;
    return `[${JSON.stringify(rule)},${JSON.stringify(version)},[${texts.join(',')}]]`;
  });
  return { text: writer.end(correlations), unsaved };
}

/** Lines of events as groups need them. */
class StateWriter {
  readonly #encoder = new RecordingEncoder();
  readonly #numbers = new Map<DetectionEvent, number>();
  readonly #lines: string[];
  #length = 0;

  constructor(head: RecordingHead) {
    this.#lines = [this.#encoder.head(head)];
  }

  /** Of all events and groups. */
  get length(): number {
    return this.#length;
  }

  /** As many of the last ones as there is room for, in their order; one may be over. */
  writeGroups(groups: readonly SavedGroup[], room: number): readonly string[] {
    const start = this.#length;
    const texts: string[] = [];
    for (const group of groups.toReversed()) {
      if (this.#length >= start + room) break;
      const text = this.#encodeGroup(group, start + room / 2);
      this.#length += text.length;
      texts.push(text);
    }
    return texts.reverse();
  }

  end(correlations: readonly string[]): string {
    const head = `"warder":"correlations","version":${FORMAT_VERSION}`;
    return `${this.#lines.join('')}{${head},"groups":[${correlations.join(',')}]}\n`;
  }

  /** One group may have thousands of events, so they end within it, too. */
  #encodeGroup({ values, entries }: SavedGroup, eventsEnd: number): string {
    return JSON.stringify([
      values,
      entries.map(({ timeUs, rule, value, count, events }) => {
        const hasRoom = this.#length < eventsEnd;
        const numbers = hasRoom ? events.map((event) => this.#numberOf(event)) : [];
        return [timeUs, rule, value, count, numbers];
      }),
    ]);
  }

  #numberOf(event: DetectionEvent): number {
    const known = this.#numbers.get(event);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(event, number);
    const line = this.#encoder.encode(event);
    this.#length += line.length;
    this.#lines.push(line);
    return number;
  }
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
