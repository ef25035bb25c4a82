/** Conditions as trees, before macros, lists and fields are looked up. */
import { quote } from '../../syntax/quote.ts';
import { readTokens, type Token } from './filter-tokens.ts';

/** A field, with what it is turned into before it is compared. */
export interface FilterField {
  /** `proc.aname`. */
  readonly name: string;
  /** `2` of `proc.aname[2]`. */
  readonly argument?: string | undefined;
  /** From the inside out. */
  readonly transformers: readonly string[];
}

/** What a field is compared with. */
export type FilterValue =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'field'; readonly field: FilterField };

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'macro'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'check';
      readonly field: FilterField;
      readonly operator: string;
      readonly values: readonly FilterValue[];
      readonly at: number;
      /** As the author wrote it. */
      readonly written: string;
    };

export interface FilterProblem {
  readonly message: string;
  /** Position in the text. */
  readonly at: number;
}

/** As the language says; see its documentation. */
const DEPTH_MAX = 100;

const WORD_OPERATORS: ReadonlySet<string> = new Set([
  ...['contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', 'istartswith'],
  ...['endswith', 'iendswith', 'glob', 'iglob', 'regex', 'in', 'intersects', 'pmatch', 'exists'],
]);

/** Operators that take a list in parentheses. */
const LIST_OPERATORS: ReadonlySet<string> = new Set(['in', 'intersects', 'pmatch']);

class Problem extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The tree of a text, or what is wrong with it. */
export function parseFilter(text: string): Filter | FilterProblem {
  const tokens = readTokens(text);
  if ('message' in tokens) return tokens;
  const parser = new Parser(text, tokens);
  try {
    return parser.readAll();
  } catch (error) {
    if (error instanceof Problem) return { message: error.message, at: error.at };
    throw error;
  }
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  readAll(): Filter {
    const filter = this.#readOr();
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) this.#refuse(rest);
    return filter;
  }

  #readOr(): Filter {
    return this.#readRow('or', () => this.#readRow('and', () => this.#readNot()));
  }

  #readRow(kind: 'and' | 'or', readPart: () => Filter): Filter {
    const first = readPart();
    const parts = [first];
    while (this.#takeWord(kind)) parts.push(readPart());
    return parts.length === 1 ? first : { kind, parts };
  }

  #readNot(): Filter {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw new Problem('the condition is too deep', this.#place());
    const filter: Filter = this.#takeWord('not')
      ? { kind: 'not', part: this.#readNot() }
      : this.#readPrimary();
    this.#depth -= 1;
    return filter;
  }

  #readPrimary(): Filter {
    const token = this.#tokens[this.#next];
    if (token?.kind === '(') {
      this.#next += 1;
      const inner = this.#readOr();
      this.#expect(')');
      return inner;
    }
    if (token?.kind !== 'word') return this.#refuse(token);
    const isName = !/[.[]/.test(token.text) && this.#tokens[this.#next + 1]?.kind !== '(';
    if (!isName) return this.#readCheck(token.at);
    this.#next += 1;
    return { kind: 'macro', name: token.text, at: token.at };
  }

  #readCheck(at: number): Filter {
    const field = this.#readField();
    const operator = this.#readOperator();
    const values = operator === 'exists' ? [] : this.#readValues(operator);
    const written = this.#text.slice(at, this.#place()).replace(/\s+/g, ' ').trim();
    return { kind: 'check', field, operator, values, at, written };
  }

  #readField(): FilterField {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word') return this.#refuse(token);
    this.#next += 1;
    if (this.#tokens[this.#next]?.kind !== '(') return splitField(token.text);
    this.#next += 1;
    const inner = this.#readField();
    this.#expect(')');
    return { ...inner, transformers: [...inner.transformers, token.text] };
  }

  #readOperator(): string {
    const token = this.#tokens[this.#next];
    const isWord = token?.kind === 'word' && WORD_OPERATORS.has(token.text);
    if (token?.kind !== 'operator' && !isWord) {
      throw new Problem('an operator is expected behind a field', this.#place());
    }
    this.#next += 1;
    return token.text === '==' ? '=' : token.text;
  }

  #readValues(operator: string): readonly FilterValue[] {
    const isList = this.#tokens[this.#next]?.kind === '(';
    if (!isList) {
      if (LIST_OPERATORS.has(operator)) {
        throw new Problem(`${quote(operator)} needs a list in parentheses`, this.#place());
      }
      return [this.#readValue()];
    }
    this.#next += 1;
    const values: FilterValue[] = [];
    while (this.#tokens[this.#next]?.kind !== ')') {
      values.push(this.#readValue());
      if (this.#tokens[this.#next]?.kind === ',') this.#next += 1;
      else break;
    }
    this.#expect(')');
    return values;
  }

  #readValue(): FilterValue {
    const token = this.#tokens[this.#next];
    // The direction of an event is written as one of these.
    if (token?.kind === 'operator' && (token.text === '<' || token.text === '>')) {
      this.#next += 1;
      return { kind: 'text', text: token.text, isQuoted: false };
    }
    if (token?.kind !== 'word' && token?.kind !== 'quoted') return this.#refuse(token);
    if (token.kind === 'word' && this.#tokens[this.#next + 1]?.kind === '(') {
      const field = this.#readField();
      return { kind: 'field', field };
    }
    this.#next += 1;
    return { kind: 'text', text: token.text, isQuoted: token.kind === 'quoted' };
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #expect(kind: ')'): void {
    if (this.#tokens[this.#next]?.kind !== kind) {
      throw new Problem('a parenthesis is not closed', this.#place());
    }
    this.#next += 1;
  }

  #refuse(token: Token | undefined): never {
    if (token === undefined) throw new Problem('the condition ends too early', this.#text.length);
    const shown = 'text' in token ? token.text : token.kind;
    throw new Problem(`${quote(shown)} is not expected here`, token.at);
  }

  #place(): number {
    return this.#tokens[this.#next]?.at ?? this.#text.length;
  }
}

/** `proc.aname[2]` to its parts. */
export function splitField(text: string): FilterField {
  const [, name = text, argument] = /^([^[]+)(?:\[(.*)\])?$/s.exec(text) ?? [];
  const unquoted = argument?.replace(/^(["'])(.*)\1$/s, '$2');
  return { name, argument: unquoted, transformers: [] };
}
