/** Takes secrets out of texts that follow certain words: options, variables, members of JSON. */

export const REDACTED = '*****';

/** How far the beginning of an argument is looked for; what is longer is no name of an option. */
const NAME_MAX = 256;

const QUOTES = '"\'';
const SPACES = ' \t\r\n';

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * `--word x`, `--word=x`, `WORD=x`, `word: x`, `"word": "x"`, each also in quotes, which may be
 * escaped. Words are in lower case, and not empty. Takes time in proportion to the text, as no
 * pattern could be trusted with it.
 */
export function redactWords(text: string, words: readonly string[]): string {
  const lower = lowerOf(text);
  if (!words.some((word) => lower.includes(word))) return text;
  let result = '';
  let from = 0;
  for (const end of endsOf(lower, words)) {
    if (end < from) continue;
    const secret = secretAfter(text, end);
    if (secret === undefined) continue;
    result += `${text.slice(from, secret.start)}${REDACTED}`;
    from = secret.end;
  }
  return result + text.slice(from);
}

/** Of the same length, so that places in one are places in the other. */
function lowerOf(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Where words end, in their order. */
function endsOf(lower: string, words: readonly string[]): readonly number[] {
  const ends = new Set<number>();
  for (const word of words) {
    let at = lower.indexOf(word);
    for (; at !== -1; at = lower.indexOf(word, at + 1)) ends.add(at + word.length);
  }
  return [...ends].toSorted((a, b) => a - b);
}

/** Undefined when no secret follows the word that ends there. */
function secretAfter(text: string, end: number): Range | undefined {
  const closed = skip(text, end, `\\${QUOTES}`);
  const next = skip(text, closed, SPACES);
  const mark = text.charAt(next);
  const name = nameBefore(text, end);
  const isOption = name.text.startsWith('-');
  if (mark === '=' || mark === ':') {
    const isLoose = mark === ':' || next > closed;
    const start = isLoose ? skip(text, next + 1, SPACES) : next + 1;
    // In `-c "NAME=x command"` the command is no secret, as the rest of an option or header is.
    const isWhole = closed === end && (isOption || mark === ':');
    return secretAt(text, start, isWhole ? name.quote : '');
  }
  return isOption && next > closed && next < text.length ? secretAt(text, next, '') : undefined;
}

/** Of the argument that ends there: what it begins with, but for a quote. */
function nameBefore(text: string, end: number): { readonly quote: string; readonly text: string } {
  const least = Math.max(0, end - NAME_MAX);
  let start = end;
  while (start > least && !SPACES.includes(text.charAt(start - 1))) start -= 1;
  const first = text.charAt(start);
  const quote = first !== '' && QUOTES.includes(first) ? first : '';
  return { quote, text: text.slice(start + quote.length, end) };
}

/** `quote` is one that was opened before. */
function secretAt(text: string, start: number, quote: string): Range {
  if (quote !== '') return { start, end: find(text, quote, start) };
  const slash = text.charAt(start) === '\\' ? '\\' : '';
  const first = text.charAt(start + slash.length);
  if (first === '' || !QUOTES.includes(first)) return { start, end: find(text, ' ', start) };
  const inside = start + slash.length + 1;
  return { start: inside, end: find(text, slash + first, inside) };
}

function find(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at === -1 ? text.length : at;
}

function skip(text: string, from: number, characters: string): number {
  let at = from;
  while (at < text.length && characters.includes(text.charAt(at))) at += 1;
  return at;
}
