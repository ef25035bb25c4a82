/** Reads words of conditions where the grammar asks for them: what a word is depends on that. */
import type { FalcoErrorCode } from './errors.ts';

/** What is wrong with a condition, and where in its text. */
export class FilterProblem extends Error {
  readonly at: number;
  readonly code: FalcoErrorCode;
  readonly hint: string | undefined;

  constructor(message: string, at: number, more: { code?: FalcoErrorCode; hint?: string } = {}) {
    super(message);
    this.at = at;
    this.code = more.code ?? 'FALCO_CONDITION_INVALID';
    this.hint = more.hint;
  }
}

const BLANKS = /\s+/y;
const BARE = /[^()"'\s=,]+/y;

/** What a backslash and a letter stand for within quotes. */
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
  ...{ '\\': '\\', '/': '/', '"': '"', "'": "'" },
  // A backslash before a blank is one of the text: published rules are written so.
  ' ': '\\',
};

/** A text, and how far it was read. */
export class Scanner {
  readonly text: string;
  at: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Passes blanks over. */
  skip(): void {
    this.take(BLANKS);
  }

  /** What a sticky expression matches here, or undefined. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Whether these letters are here; they are passed over then. */
  takeText(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Whether this word is here, and no longer one. */
  takeWord(word: string): boolean {
    const end = this.at + word.length;
    if (!this.text.startsWith(word, this.at) || /[\w.[]/.test(this.text.charAt(end))) return false;
    this.at = end;
    return true;
  }

  /** A value without quotes. */
  takeBare(): string | undefined {
    return this.take(BARE);
  }

  /** A value in quotes, which may be of either kind. */
  takeQuoted(): string | undefined {
    const start = this.at;
    const quote = this.text.charAt(start);
    if (quote !== '"' && quote !== "'") return undefined;
    let value = '';
    for (let at = start + 1; at < this.text.length; at += 1) {
      const unit = this.text.charAt(at);
      if (unit === quote) {
        this.at = at + 1;
        return value;
      }
      if (unit !== '\\') {
        value += unit;
        continue;
      }
      at += 1;
      value += readEscape(this.text.charAt(at), at - 1);
    }
    throw new FilterProblem('a quoted text is not closed', start);
  }

  /** What stands here, for messages. */
  shown(): string {
    return /\S{1,40}/.exec(this.text.slice(this.at))?.[0] ?? '';
  }
}

function readEscape(unit: string, at: number): string {
  const value = Object.hasOwn(ESCAPES, unit) ? ESCAPES[unit] : undefined;
  if (value !== undefined) return value;
  throw new FilterProblem(`a text in quotes has no \`\\${unit}\``, at, {
    hint: 'write two backslashes for one',
  });
}
