/** Text for terminals: colours, width, and making foreign text harmless. */
import { neutralText } from '../exporters/formats/compact/neutral-text.ts';

export type Ink = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Paints text, or returns it as it is. */
export type Paint = (ink: Ink, text: string) => string;

const CODES: Readonly<Record<Ink, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
};

/** A painter for an output with or without colours. */
export function createPaint(isColoured: boolean): Paint {
  if (!isColoured) return (_ink, text) => text;
  return (ink, text) => (text === '' ? '' : `\u001b[${CODES[ink]}m${text}\u001b[0m`);
}

/** Characters that move the cursor, hide or reorder text, or end the line. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const LENGTH_MAX = 4096;

/** Foreign text for one line of a terminal, at most 4096 characters: escapes instead of effects. */
export function printable(text: string): string {
  return neutralText(text, LENGTH_MAX);
}

/** A JSON line for a terminal: the same value, without characters that have an effect there. */
export function printableJson(line: string): string {
  return line.replace(UNSAFE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** Breaks text at spaces into lines of at most `width`; a longer word has a line of its own. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Rows as lines, with columns as wide as their widest cell; the last column is not padded. */
export function alignRows(rows: readonly (readonly string[])[], indent: string): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return rows.map((row) => {
    const cells = row.map((cell, index) =>
      index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0),
    );
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}
