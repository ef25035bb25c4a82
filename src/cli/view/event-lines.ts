/** JSON lines of events to lines for a terminal, a pipe or a file. */
import { decodeLine, formatCompact, formatFinding } from '../../exporters/index.ts';
import type { CodedError } from '../../model/errors.ts';
import { createPaint, printable, printableJson } from '../style.ts';

export interface EventLineOptions {
  /** The lines come from this process itself: as JSON they are passed on without a look. */
  readonly isTrusted?: boolean;
  readonly form: 'compact' | 'json';
  readonly isColoured: boolean;
  readonly hasTimestamps: boolean;
  readonly hasStacks: boolean;
  /** A terminal must not be given characters that have an effect there, even inside JSON. */
  readonly isTty: boolean;
}

/** What became of one line. */
export type EventLine =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'blank' }
  | { readonly kind: 'invalid'; readonly error: CodedError };

/** Formats lines one by one and counts them, so that an error can say which one it was. */
export function createEventLines(options: EventLineOptions): (line: string) => EventLine {
  const { form, isColoured, hasTimestamps, hasStacks, isTty } = options;
  if (options.isTrusted === true && form === 'json') {
    return (line) => ({ kind: 'line', text: isTty ? printableJson(line) : line });
  }
  let number = 0;
  return (line) => {
    number += 1;
    const other = readOther(line, isColoured);
    if (other !== undefined && form === 'compact') return { kind: 'line', text: other };
    const decoded = other === undefined ? decodeLine(line, number) : undefined;
    if (decoded !== undefined && decoded.kind !== 'event') return decoded;
    if (decoded === undefined || form === 'json') {
      return { kind: 'line', text: isTty ? printableJson(line) : line.trimEnd() };
    }
    const text = formatCompact(decoded.event, {
      colour: isColoured,
      timestamps: hasTimestamps,
      stacks: hasStacks,
    });
    return { kind: 'line', text };
  };
}

/** A finding or a response for people; undefined when the line is neither. */
function readFinding(line: string, isColoured: boolean): string | undefined {
  if (!/^\{"(finding|response)":/.test(line)) return undefined;
  try {
    return formatFinding(JSON.parse(line), isColoured);
  } catch {
    return undefined;
  }
}

/** Lines that are no events, for people: gaps, findings and responses. */
function readOther(line: string, isColoured: boolean): string | undefined {
  const lost = readLost(line);
  if (lost === undefined) return readFinding(line, isColoured);
  const text = `… ${printable(lost)} events are missing here: they were not read fast enough`;
  return createPaint(isColoured)('yellow', text);
}

/** The count in `{"lost":{"count":N}}`, with which the agent marks a gap. */
function readLost(line: string): string | undefined {
  return /^\{"lost":\{"count":(\d+)\}\}\s*$/.exec(line)?.[1];
}
