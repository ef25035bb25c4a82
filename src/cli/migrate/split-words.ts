/** Splits a command line as a shell does; nothing is expanded. */

/** Blanks, a letter after a backslash, a text in quotes, and what is none of these. */
const PIECE = /(\s+)|\\([\s\S])|"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|([^\s"'\\]+)/y;

/** Undefined when a quote is not closed, or nothing follows a backslash. */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < line.length) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(line);
    if (piece === null) return undefined;
    at = PIECE.lastIndex;
    const [, blank, escaped, double, single, plain] = piece;
    if (blank === undefined) {
      const text = escaped ?? double?.replace(/\\([\s\S])/g, '$1') ?? single ?? plain ?? '';
      word = (word ?? '') + text;
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
