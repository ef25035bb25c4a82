/** Hides secrets in text that was not read, or not all of it: by what its lines look like. */
import { SECRET_WORDS } from './secrets.ts';

/** What secrets follow in a line. A key keeps its colon, so that it can be recognised. */
const STARTS: readonly string[] = [...SECRET_WORDS, '://', 'whsec_', 'whsk_'];

/**
 * Hides more than is secret: the rest of a line from a word of a secret on, and lines below it that
 * are indented more, or items of its list. Places stay what they were.
 */
export function maskUnread(text: string): string {
  let column = Number.POSITIVE_INFINITY;
  const lines = text.split('\n').map((line) => {
    const first = line.search(/\S/);
    if (first === -1) return line;
    if (first > column || (first === column && line.charAt(first) === '-')) return hide(line, 0);
    const start = startOf(line);
    column = start === undefined ? Number.POSITIVE_INFINITY : keyColumn(line, start);
    return start === undefined ? line : hide(line, start);
  });
  return lines.join('\n');
}

function startOf(line: string): number | undefined {
  const lower = line.toLowerCase();
  const ends = STARTS.flatMap((word) => {
    const at = lower.indexOf(word);
    return at === -1 ? [] : [at + word.length];
  });
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Of the key that the line begins with, which may be that of an item. */
function keyColumn(line: string, start: number): number {
  const column = line.search(/[^\s-]/);
  return column === -1 ? start : column;
}

function hide(line: string, from: number): string {
  const key = /^\w*["']?:/.exec(line.slice(from))?.[0] ?? '';
  const start = from + (from === 0 ? 0 : key.length);
  return line.slice(0, start) + line.slice(start).replace(/\S/g, '*');
}
