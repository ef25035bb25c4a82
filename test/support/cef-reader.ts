/** Reads lines of CEF as its specification says, without knowing how they were written. */

export interface CefLine {
  /** Version, vendor, product, version of that, id, name, severity. */
  readonly header: readonly string[];
  readonly extension: Readonly<Record<string, string>>;
}

const HEADER_FIELDS = 7;

/** Throws on what is no line of CEF. */
export function readCef(line: string): CefLine {
  const header: string[] = [];
  let at = 0;
  while (header.length < HEADER_FIELDS) {
    const end = findPlain(line, '|', at);
    if (end < 0) throw new Error('the header is not whole');
    header.push(unescapeHeader(line.slice(at, end)));
    at = end + 1;
  }
  return { header, extension: readExtension(line.slice(at)) };
}

/** The place of a character that no backslash stands before. */
function findPlain(text: string, character: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === character) return at;
  }
  return -1;
}

function unescapeHeader(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => {
    if (!'\\|'.includes(character)) throw new Error(`\\${character} in the header`);
    return character;
  });
}

/** A key is the word before a plain `=`; its value goes on to the space before the next key. */
function readExtension(text: string): Readonly<Record<string, string>> {
  const found: { key: string; start: number; valueAt: number }[] = [];
  for (let at = findPlain(text, '=', 0); at >= 0; at = findPlain(text, '=', at + 1)) {
    const start = text.lastIndexOf(' ', at) + 1;
    found.push({ key: text.slice(start, at), start, valueAt: at + 1 });
  }
  const pairs = found.map(({ key, valueAt }, index) => {
    const next = found[index + 1];
    if (!/^[a-zA-Z0-9]+$/.test(key)) throw new Error(`the key ${key}`);
    const end = next === undefined ? text.length : next.start - 1;
    return [key, unescapeValue(text.slice(valueAt, end))] as const;
  });
  return Object.fromEntries(pairs);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '=': '=', n: '\n', r: '\r' };

function unescapeValue(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, character: string) => {
    const plain = ESCAPES[character];
    if (plain === undefined) throw new Error(`\\${character} in a value`);
    return plain;
  });
}
