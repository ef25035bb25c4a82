/** Values of headers as the bindings of CloudEvents ask for them. */

/** What nearly all values are made of; one pass without backtracking. */
const PLAIN = /^[!#$&-~]*$/;

/** All that is not printable ASCII becomes `%XX` for each byte, and so do spaces, `"` and `%`. */
export function percentEncode(text: string): string {
  if (PLAIN.test(text)) return text;
  return Array.from(text, (character) => {
    const isPlain = character > ' ' && character < '\x7f' && !'"%'.includes(character);
    if (isPlain) return character;
    return Array.from(Buffer.from(character), (byte) => `%${hexOf(byte)}`).join('');
  }).join('');
}

function hexOf(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
