/** argv from the bytes the kernel copied. */

/**
 * Splits argv at its NULs. Empty arguments count; the last one may lack its NUL when the bytes
 * were cut. Bytes that are not UTF-8 become U+FFFD.
 */
export function splitArgv(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const argv: string[] = [];
  let start = 0;
  while (start < text.length) {
    const nul = text.indexOf(0, start);
    const end = nul === -1 ? text.length : nul;
    argv.push(text.toString('utf8', start, end));
    start = end + 1;
  }
  return argv;
}
