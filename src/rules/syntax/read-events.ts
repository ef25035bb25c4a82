/** YAML text to parser events, and where in the text what they tell of stands. */

import { EVENT_ID, type Event, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';

/** Deeper than the brackets of any file stand. */
const INDENTATION = ' '.repeat(80);

/** Characters that are parsed again, after lines that have to be found one by one: a second. */
const AGAIN_MAX = 20_000_000;

const BLOCKS: readonly number[] = [SCALAR_STYLE.LITERAL_BLOCK, SCALAR_STYLE.FOLDED_BLOCK];

/** What the parser says of lines within brackets that stand left of what holds them. */
const TOO_FAR_LEFT = 'deficient indentation';

/** Events, and the text that their places are in. */
export interface ReadEvents {
  readonly events: readonly Event[];
  readonly parsed: string;
  /** The place in the file. */
  readonly placeOf: (offset: number) => number;
}

/** Why the text is no YAML, and where. */
export interface SyntaxProblem {
  readonly reason: string;
  readonly at: number;
}

/**
 * Reads all events of a text. Parsers in C take a closing bracket that stands right under its key,
 * which rules of Falco are full of: such lines are indented, and what the parser then says of
 * places is put right. Anything else there is more likely behind a quote or bracket without an end.
 */
export function readEvents(text: string): ReadEvents | SyntaxProblem {
  const plain = readIndented(text, []);
  if (!isClosedTooFarLeft(plain, text)) return plain;
  const first = lineOf(text, plain.at);
  const lines = closingLines(text).filter((line) => line >= first);
  const guessed = readIndented(text, lines);
  if (!('reason' in guessed)) {
    const kept = outsideOfBlocks(lines, guessed);
    const sure = kept.length === lines.length ? guessed : readIndented(text, kept);
    if (!('reason' in sure)) return sure;
  }
  return readLineByLine(text);
}

function isClosedTooFarLeft(read: ReadEvents | SyntaxProblem, text: string): read is SyntaxProblem {
  return 'reason' in read && read.reason === TOO_FAR_LEFT && /[\]}]/.test(text.charAt(read.at));
}

/** Lines that begin with a closing bracket, if they are not the words of a text. */
function closingLines(text: string): readonly number[] {
  return [...text.matchAll(/[\r\n][ \t]*[\]}]/g)].map(({ index }) => index + 1);
}

/** The lines that are not of a block of text, where blanks count. Both are in order. */
function outsideOfBlocks(
  lines: readonly number[],
  { events, placeOf }: ReadEvents,
): readonly number[] {
  const blocks = events.flatMap((event) => {
    const isBlock = event.type === EVENT_ID.SCALAR && BLOCKS.includes(event.style);
    return isBlock ? { start: placeOf(event.valueStart), end: placeOf(event.valueEnd) } : [];
  });
  let next = 0;
  return lines.filter((line) => {
    while ((blocks[next]?.end ?? line + 1) <= line) next += 1;
    return line < (blocks[next]?.start ?? line + 1);
  });
}

function readLineByLine(text: string): ReadEvents | SyntaxProblem {
  const lines: number[] = [];
  for (let again = 0; ; again += text.length) {
    const read = readIndented(text, lines);
    if (!isClosedTooFarLeft(read, text)) return read;
    const line = lineOf(text, read.at);
    if (line <= (lines.at(-1) ?? 0) || again > AGAIN_MAX) return read;
    lines.push(line);
  }
}

/** Where the line of a place begins. */
function lineOf(text: string, at: number): number {
  return Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
}

/** Reads the text with some lines indented, which are in the order of the file. */
function readIndented(text: string, lines: readonly number[]): ReadEvents | SyntaxProblem {
  const parts = [0, ...lines].map((line, index) => text.slice(line, lines[index]));
  const parsed = parts.join(INDENTATION);
  const placeOf = (offset: number): number => placeIn(lines, offset);
  try {
    return { events: parseEvents(parsed, {}), parsed, placeOf };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { reason: error.reason, at: placeOf(error.mark?.position ?? 0) };
  }
}

function placeIn(lines: readonly number[], offset: number): number {
  let [before, after] = [0, lines.length];
  while (before < after) {
    const middle = (before + after) >> 1;
    if ((lines[middle] ?? 0) + middle * INDENTATION.length < offset) before = middle + 1;
    else after = middle;
  }
  return Math.max(offset - before * INDENTATION.length, lines[before - 1] ?? 0);
}
