/** Texts of rules that know where each part of them was written. */
import type { Collector, Span } from '../../syntax/report.ts';
import { placeIn } from '../../syntax/scalar-place.ts';
import type { ScalarNode } from '../../syntax/tree.ts';
import type { FalcoErrorCode } from './errors.ts';

/** Where what is found is told; each file has its own. */
export type FileReport = Collector<FalcoErrorCode>;

/** A place in one of the files. */
export interface Place {
  readonly report: FileReport;
  readonly span: Span;
}

interface Piece {
  /** Where it begins in the whole text. */
  readonly start: number;
  readonly node: ScalarNode;
  readonly report: FileReport;
}

/** Text that was written in one place, or put together from several. */
export interface WrittenText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** The text of one scalar. */
export function writtenText(node: ScalarNode, report: FileReport): WrittenText {
  return { text: node.text, pieces: [{ start: 0, node, report }] };
}

/** Both texts with a blank between them. */
export function joinTexts(first: WrittenText, second: WrittenText): WrittenText {
  const offset = first.text.length + 1;
  const moved = second.pieces.map((piece) => ({ ...piece, start: piece.start + offset }));
  return { text: `${first.text} ${second.text}`, pieces: [...first.pieces, ...moved] };
}

/** Where a part of the text was written; a part of two pieces is shown where it begins. */
export function placeOf(written: WrittenText, part: Span): Place {
  const piece = written.pieces.findLast(({ start }) => start <= part.start) ?? written.pieces[0];
  if (piece === undefined) throw new RangeError('a text is written somewhere');
  const { start, node, report } = piece;
  const end = Math.min(part.end - start, node.text.length);
  return { report, span: placeIn(node, { start: part.start - start, end }) };
}

/** Where the whole of what was written last stands. */
export function placeOfText(written: WrittenText): Place {
  const piece = written.pieces.at(-1);
  if (piece === undefined) throw new RangeError('a text is written somewhere');
  return { report: piece.report, span: piece.node.span };
}
