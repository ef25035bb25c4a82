/** Texts as keys of rows: bytes, reversed or folded as the dimension looks at them. */

/** UTF-8 bytes of a text, one character per byte, so that equal bytes are equal keys. */
export function toBytesKey(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What makes the key of a text for a kind of dimension. */
export function textKeyOf(kind: string): (text: string) => string {
  if (kind === 'postfix') return (text) => [...text].reverse().join('');
  if (kind === 'substring_folded') return foldCase;
  return (text) => text;
}

/** Letters of ASCII only: the kernel folds bytes, not characters. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
