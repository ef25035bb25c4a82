/** Words of conditions. */

export type Token =
  | { readonly kind: '(' | ')' | ','; readonly at: number }
  /** Letters as they are written: a name, a field, an operator, a value. */
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'quoted'; readonly text: string; readonly at: number }
  | { readonly kind: 'operator'; readonly text: string; readonly at: number };

/** What cannot be a word, with its place. */
export interface TokenProblem {
  readonly message: string;
  readonly at: number;
}

const SYMBOLS = ['==', '!=', '<=', '>=', '=', '<', '>'];

/** Characters that end a word. */
const ENDS = /[\s()"',=!<>]/;

/** The words of a text, or what is wrong. */
export function readTokens(text: string): readonly Token[] | TokenProblem {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const unit = text.charAt(at);
    if (/\s/.test(unit)) {
      at += 1;
      continue;
    }
    if (unit === '(' || unit === ')' || unit === ',') {
      tokens.push({ kind: unit, at });
      at += 1;
      continue;
    }
    const read = unit === '"' || unit === "'" ? readQuoted(text, at) : readPlain(text, at);
    if ('message' in read) return read;
    tokens.push(read.token);
    at = read.end;
  }
  return tokens;
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

/** A backslash takes the meaning of what follows away. */
function readQuoted(text: string, at: number): Read | TokenProblem {
  const quote = text.charAt(at);
  let value = '';
  for (let end = at + 1; end < text.length; end += 1) {
    const unit = text.charAt(end);
    if (unit === quote) return { token: { kind: 'quoted', text: value, at }, end: end + 1 };
    if (unit === '\\' && end + 1 < text.length) {
      end += 1;
      value += escaped(text.charAt(end));
    } else value += unit;
  }
  return { message: 'a quoted text is not closed', at };
}

function escaped(unit: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b' };
  return escapes[unit] ?? unit;
}

function readPlain(text: string, at: number): Read {
  const symbol = SYMBOLS.find((each) => text.startsWith(each, at));
  if (symbol !== undefined) {
    return { token: { kind: 'operator', text: symbol, at }, end: at + symbol.length };
  }
  let end = at + 1;
  // What stands in brackets is the argument of a field, and may be any text.
  let depth = 0;
  while (end < text.length) {
    const unit = text.charAt(end);
    if (unit === '[') depth += 1;
    else if (unit === ']') depth = Math.max(0, depth - 1);
    else if (depth === 0 && ENDS.test(unit)) break;
    end += 1;
  }
  return { token: { kind: 'word', text: text.slice(at, end), at }, end };
}
