/** Text of an expression to tokens. */

import type { Span } from '../report.ts';
import { invalid } from './syntax.ts';

export type Token =
  | { readonly kind: 'sign'; readonly text: string; readonly span: Span }
  | { readonly kind: 'name'; readonly text: string; readonly span: Span }
  | {
      readonly kind: 'integer';
      readonly value: bigint;
      readonly isUnsigned: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | { readonly kind: 'end'; readonly text: ''; readonly span: Span };

const BLANK = /(?:[ \t\r\n\f]|\/\/[^\r\n]*)+/y;
const NUMBER = /(0x[0-9a-f]+|[0-9]+)(u)?/iy;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SIGN = /&&|\|\||[=!<>]=|[-+*/%!<>?:.,()[\]{}]/y;
const TEXT = /(r?)("(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')/iy;
const ESCAPE = /\\(?:[xX]([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|(.))/gs;

const ESCAPED: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' },
  ...{ '\\': '\\', '"': '"', "'": "'", '`': '`', '?': '?' },
};

/** Operators of other languages, and what to write instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  '&': 'write `&&`, or `and(arg0, 4) != 0` for a test of bits',
  '|': 'write `||`',
  '=': 'write `==`',
  '"': 'the text does not end: close the quote on the same line',
  "'": 'the text does not end: close the quote on the same line',
};

/** Throws ExpressionError at what is no token. */
export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const token = readToken(text, at);
    tokens.push(token);
    at = skipBlank(text, token.span.end);
  }
  tokens.push({ kind: 'end', text: '', span: { start: text.length, end: text.length } });
  return tokens;
}

function skipBlank(text: string, at: number): number {
  return at + (find(BLANK, text, at)?.[0].length ?? 0);
}

function find(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function readToken(text: string, at: number): Token {
  const quoted = find(TEXT, text, at);
  if (quoted !== undefined) return readText(quoted, at);
  const number = find(NUMBER, text, at);
  if (number !== undefined) return readNumber(number, text, at);
  const name = find(NAME, text, at)?.[0];
  if (name !== undefined) return { kind: 'name', text: name, span: spanOf(at, name) };
  const sign = find(SIGN, text, at)?.[0];
  if (sign !== undefined) return { kind: 'sign', text: sign, span: spanOf(at, sign) };
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return invalid(
    spanOf(at, character),
    `\`${character}\` has no meaning here`,
    FOREIGN[character] ?? 'operators: `== != < <= > >= in && || ! ? : + -`',
  );
}

function spanOf(start: number, text: string): Span {
  return { start, end: start + text.length };
}

function readNumber(match: RegExpExecArray, text: string, at: number): Token {
  const [all, digits = '', suffix] = match;
  const span = spanOf(at, all);
  const rest = find(/\.[0-9]|[A-Za-z0-9_]/y, text, span.end);
  if (rest !== undefined) invalid(span, 'only whole numbers can be compared');
  return { kind: 'integer', value: BigInt(digits), isUnsigned: suffix !== undefined, span };
}

function readText(match: RegExpExecArray, at: number): Token {
  const [all, raw, quoted = ''] = match;
  const span = spanOf(at, all);
  const inner = quoted.slice(1, -1);
  return { kind: 'text', value: raw === '' ? decodeEscapes(inner, span) : inner, span };
}

function decodeEscapes(text: string, span: Span): string {
  return text.replace(ESCAPE, (all, x, u, long, octal, one) => {
    const code = Number.parseInt(x ?? u ?? long ?? '', 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    return (
      (Object.hasOwn(ESCAPED, one ?? '') ? ESCAPED[one] : undefined) ??
      invalid(span, `\`${all}\` is no escape sequence`, 'write a backslash as `\\\\`')
    );
  });
}
