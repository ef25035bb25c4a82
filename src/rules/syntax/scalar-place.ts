/** Where a part of a text stands in the file, whatever quotes and folding are around it. */

import type { Span } from './report.ts';
import type { ScalarNode } from './tree.ts';

const ESCAPE = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|\r\n[ \t]*|[\r\n][ \t]*|.)/sy;
const BLANKS = /\s+/y;

/** The span of `part`, which counts characters of the decoded text. */
export function placeIn(node: ScalarNode, part: Span): Span {
  const { written, text, span } = node;
  if (written === undefined) return span;
  const start = findOffset(written, text, part.start);
  const end = part.end > part.start ? findOffset(written, text, part.end - 1) + 1 : start;
  return { start: span.start + start, end: span.start + Math.max(start, end) };
}

/** Walks both texts up to character number `wanted` of the decoded one. */
function findOffset(written: string, text: string, wanted: number): number {
  const quote = written.startsWith("'") || written.startsWith('"') ? written.charAt(0) : '';
  // A block begins with the indentation of its first line.
  let from = quote === '' ? lengthOf(BLANKS, written, 0).length : 1;
  let at = 0;
  while (at < wanted && from < written.length) {
    const escaped = lengthOfEscape(written, from, quote);
    const broken = escaped === 0 ? lengthOfBreak(written, from) : 0;
    // Folding and indentation change the number of blanks, not where they are.
    if (broken > 0) at += lengthOf(BLANKS, text, at).length;
    else at += escaped > 0 ? decodedLength(written, from, escaped) : 1;
    from += Math.max(escaped, broken, 1);
  }
  return Math.min(from, written.length);
}

/** Of blanks among which a line ends. */
function lengthOfBreak(written: string, from: number): number {
  const blanks = lengthOf(BLANKS, written, from);
  return /[\r\n]/.test(blanks.text) ? blanks.length : 0;
}

function lengthOfEscape(written: string, from: number, quote: string): number {
  if (quote === "'") return written.startsWith("''", from) ? 2 : 0;
  return quote === '"' && written[from] === '\\' ? lengthOf(ESCAPE, written, from).length : 0;
}

/** Characters that an escape stands for: none for a line break, two beyond the basic plane. */
function decodedLength(written: string, from: number, length: number): number {
  const second = written.charAt(from + 1);
  if (second === '\r' || second === '\n') return 0;
  const isLong = second === 'U' && length > 2;
  return isLong && Number.parseInt(written.slice(from + 2, from + length), 16) > 0xffff ? 2 : 1;
}

function lengthOf(
  pattern: RegExp,
  text: string,
  at: number,
): { readonly length: number; readonly text: string } {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0] ?? '';
  return { length: found.length, text: found };
}
