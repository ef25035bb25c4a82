/** Where the lines of a text begin. */

/** Offsets at which lines start. YAML ends lines at LF, CR LF and a lone CR. */
export function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const lineBreak of text.matchAll(/\r\n|\n|\r/g)) {
    starts.push(lineBreak.index + lineBreak[0].length);
  }
  return starts;
}
