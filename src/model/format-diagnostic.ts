/** Diagnostics for people: code, place, the line with the part that is meant, and a hint. */

import type { Diagnostic } from './diagnostic.ts';
import { findLineStarts } from './line-starts.ts';

/** How diagnostics are printed. */
export interface FormatOptions {
  /** ANSI colours, for terminals. */
  readonly colour?: boolean;
}

const TAB_WIDTH = 4;
/** Columns of source that are shown; longer lines are cut around the marked part. */
const WINDOW_WIDTH = 100;
const WINDOW_LEAD = 40;

type Paint = (code: string, text: string) => string;

/** Several lines without a line break at the end. `text` is the text the diagnostic is about. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  text: string,
  options: FormatOptions = {},
): string {
  const { code, severity, message, hint, location } = diagnostic;
  const paint: Paint = options.colour ? (style, shown) => `\x1b[${style}m${shown}\x1b[0m` : plain;
  const strong = severity === 'error' ? '1;31' : '1;33';
  const number = String(location.line);
  const margin = ' '.repeat(number.length);
  const bar = paint('34', '|');
  const excerpt = excerptLine(diagnostic, text);
  const mark = paint(strong, '^'.repeat(excerpt.width));
  return [
    `${paint(strong, `${severity}[${code}]`)}: ${paint('1', clean(message))}`,
    `${margin}${paint('34', '-->')} ${clean(location.file)}:${location.line}:${location.column}`,
    `${margin} ${bar}`,
    `${paint('34', number)} ${bar} ${excerpt.line}`.trimEnd(),
    `${margin} ${bar} ${' '.repeat(excerpt.indent)}${mark}`,
    ...(hint === undefined ? [] : [`${margin} ${paint('36', 'hint')}: ${clean(hint)}`]),
  ].join('\n');
}

function plain(_style: string, text: string): string {
  return text;
}

interface Excerpt {
  readonly line: string;
  /** Columns before the marked part. */
  readonly indent: number;
  /** Columns of the marked part, at least 1. */
  readonly width: number;
}

function excerptLine({ location }: Diagnostic, text: string): Excerpt {
  const starts = findLineStarts(text);
  const lineStart = starts[location.line - 1] ?? 0;
  const lineEnd = starts[location.line] ?? text.length;
  const line = text.slice(lineStart, lineEnd).replace(/[\r\n]+$/, '');
  const from = Math.min(location.start - lineStart, line.length);
  const to = Math.min(Math.max(location.end - lineStart, from), line.length);
  const before = [...clean(line.slice(0, from))];
  const marked = [...clean(line.slice(from, to).trimEnd())];
  const after = [...clean(line.slice(to))];
  const isLong = before.length + marked.length + after.length > WINDOW_WIDTH;
  const isFar = isLong && before.length > WINDOW_LEAD;
  const lead = isFar ? ['…', ...before.slice(1 - WINDOW_LEAD)] : before;
  const room = WINDOW_WIDTH - lead.length;
  const shown = marked.slice(0, room);
  const rest = [...marked.slice(room), ...after];
  const tail = rest.slice(0, room - shown.length);
  const cut = tail.length < rest.length ? '…' : '';
  return {
    line: `${lead.join('')}${shown.join('')}${tail.join('')}${cut}`,
    indent: measure(lead),
    width: Math.max(measure(shown), 1),
  };
}

/** Tabs become spaces; characters that would move the cursor or reorder text become visible. */
function clean(text: string): string {
  return text
    .replace(/\t/g, ' '.repeat(TAB_WIDTH))
    .replace(/[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, '\u00b7');
}

/** Terminal columns, near enough for a caret: East Asian and emoji are two, marks are none. */
function measure(characters: readonly string[]): number {
  let columns = 0;
  for (const character of characters) {
    if (/[\p{Mn}\p{Me}\u200b-\u200d]/u.test(character)) continue;
    columns += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  }
  return columns;
}

function isWide(point: number): boolean {
  return (
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0xffe0 && point <= 0xffe6) ||
    (point >= 0x1f300 && point <= 0x1faff) ||
    (point >= 0x20000 && point <= 0x3fffd)
  );
}
