/**
 * Reads a regular expression into a tree: the part of the syntax that is the same in all dialects
 * and needs no memory of what was matched.
 */

/** Whether a UTF-16 unit is in a class of characters. */
export type CharacterTest = (code: number) => boolean;

/** What a pattern is made of. */
export type PatternNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'either'; readonly items: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly item: PatternNode;
      readonly min: number;
      /** Undefined: without end. */
      readonly max: number | undefined;
    };

/** What is wrong with a pattern. */
export class PatternError extends Error {}

/** Copies that a counted repetition may ask for. */
const COUNT_MAX = 64;
/** Groups inside groups. */
const DEPTH_MAX = 64;

const isDigit: CharacterTest = (code) => code >= 48 && code <= 57;
const isWord: CharacterTest = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: CharacterTest = (code) => code === 32 || (code >= 9 && code <= 13);

const CLASSES: ReadonlyMap<string, CharacterTest> = new Map([
  ['d', isDigit],
  ['w', isWord],
  ['s', isSpace],
  ['D', not(isDigit)],
  ['W', not(isWord)],
  ['S', not(isSpace)],
]);

/** Throws PatternError for what is not well-formed or not in the language. */
export function parsePattern(text: string): PatternNode {
  const parser = new Parser(text);
  const node = parser.either(0);
  parser.expectEnd();
  return node;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  either(depth: number): PatternNode {
    if (depth > DEPTH_MAX) throw new PatternError('its groups are nested too deeply');
    const items = [this.#sequence(depth)];
    while (this.#take('|')) items.push(this.#sequence(depth));
    return items.length === 1 ? (items[0] as PatternNode) : { kind: 'either', items };
  }

  expectEnd(): void {
    if (this.#at < this.#text.length) throw new PatternError('it closes a group that is not open');
  }

  #sequence(depth: number): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#peek())) {
      items.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: 'sequence', items };
  }

  #atom(depth: number): PatternNode {
    if (this.#bounds() !== undefined) throw new PatternError('there is nothing to repeat');
    const sign = this.#next();
    switch (sign) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'character', test: (code) => code !== 10 };
      case '[':
        return { kind: 'character', test: this.#set() };
      case '\\':
        return { kind: 'character', test: this.#escape() };
      case '(':
        return this.#group(depth);
      default:
        return { kind: 'character', test: equals(sign.charCodeAt(0)) };
    }
  }

  #group(depth: number): PatternNode {
    if (this.#take('?') && !this.#take(':')) {
      throw new PatternError('groups take no flags, names or assertions');
    }
    const node = this.either(depth + 1);
    if (!this.#take(')')) throw new PatternError('a group is not closed');
    return node;
  }

  #repeated(atom: PatternNode): PatternNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return atom;
    // Which repetition is preferred makes no difference to whether the pattern matches.
    this.#take('?');
    if (this.#bounds() !== undefined) throw new PatternError('a repetition is repeated');
    return { kind: 'repeat', item: atom, ...bounds };
  }

  #bounds(): { readonly min: number; readonly max: number | undefined } | undefined {
    if (this.#take('*')) return { min: 0, max: undefined };
    if (this.#take('+')) return { min: 1, max: undefined };
    if (this.#take('?')) return { min: 0, max: 1 };
    const counted = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#text.slice(this.#at, this.#at + 16));
    if (counted === null) return undefined;
    this.#at += counted[0].length;
    const min = Number(counted[1]);
    const isOpen = counted[2] !== undefined && counted[3] === '';
    const max = isOpen ? undefined : Number(counted[3] ?? min);
    if (Math.max(min, max ?? 0) > COUNT_MAX || (max ?? min) < min) {
      throw new PatternError(`a repetition counts to ${COUNT_MAX} at most, the smaller one first`);
    }
    return { min, max };
  }

  #set(): CharacterTest {
    const isNegated = this.#take('^');
    const tests: CharacterTest[] = [];
    // A bracket that comes first stands for itself.
    while (tests.length === 0 || this.#peek() !== ']') tests.push(this.#setItem());
    this.#at += 1;
    const test: CharacterTest = (code) => tests.some((one) => one(code));
    return isNegated ? not(test) : test;
  }

  #setItem(): CharacterTest {
    if (this.#at >= this.#text.length) throw new PatternError('a set of characters is not closed');
    if (this.#text.startsWith('[:', this.#at)) {
      throw new PatternError('named sets such as [:alpha:] are not known');
    }
    if (this.#take('\\')) return this.#escape();
    const from = this.#next().charCodeAt(0);
    if (this.#peek() !== '-' || this.#text[this.#at + 1] === ']') return equals(from);
    this.#at += 1;
    const to = this.#next().charCodeAt(0);
    if (to < from) throw new PatternError('the range of a set ends before it begins');
    return (code) => code >= from && code <= to;
  }

  #escape(): CharacterTest {
    const sign = this.#next();
    const named = CLASSES.get(sign);
    if (named !== undefined) return named;
    if (/[A-Za-z0-9]/.test(sign)) throw new PatternError(`there is no escape \\${sign}`);
    return equals(sign.charCodeAt(0));
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #next(): string {
    const sign = this.#text[this.#at];
    if (sign === undefined) throw new PatternError('it ends too early');
    this.#at += 1;
    return sign;
  }

  #take(sign: string): boolean {
    if (this.#peek() !== sign) return false;
    this.#at += 1;
    return true;
  }
}

function equals(wanted: number): CharacterTest {
  return (code) => code === wanted;
}

function not(test: CharacterTest): CharacterTest {
  return (code) => !test(code);
}
