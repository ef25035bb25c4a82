/** Conditions as trees, before macros, lists and fields are looked up. */
import { quote, suggest } from '../../syntax/quote.ts';
import { parseField, takeTransformer } from './field-syntax.ts';
import { FilterProblem, Scanner } from './filter-scanner.ts';
import type { Check, Filter, FilterValue, ListModifier } from './filter-tree.ts';

/** As the language says; see its documentation. */
const DEPTH_MAX = 100;

/** Longer ones come first where one begins with another. */
const SYMBOLS = ['==', '!=', '<=', '>=', '=', '<', '>'] as const;

const WORDS = [
  ...['contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', 'istartswith'],
  ...['endswith', 'iendswith', 'glob', 'iglob', 'regex', 'in', 'intersects', 'pmatch', 'exists'],
] as const;

/** Operators that take a list. */
const LIST_OPERATORS: ReadonlySet<string> = new Set(['in', 'intersects', 'pmatch']);

/** Operators that are about numbers, of which there is one. */
const ORDERS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

const MODIFIERS: readonly ListModifier[] = ['anyof', 'allof', 'oneof'];

const KEYWORDS = ['and', 'or', 'not'];

const IDENTIFIER = /[a-zA-Z]\w*/y;
const WORD = /[a-zA-Z]+/y;

/** The tree of a condition. Throws FilterProblem. */
export function parseFilter(text: string): Filter {
  return new Parser(text).readAll();
}

/** Values of a list in parentheses, which is the whole text; undefined when it is none. */
export function parseList(text: string): readonly FilterValue[] | undefined {
  const parser = new Parser(text);
  try {
    return parser.readWholeList();
  } catch (error) {
    if (error instanceof FilterProblem) return undefined;
    throw error;
  }
}

/** A value as it stands in lists: with quotes around it, or bare. */
export function parseItem(text: string): FilterValue {
  const scanner = new Scanner(text);
  try {
    const quoted = scanner.takeQuoted();
    if (quoted !== undefined && scanner.isAtEnd) {
      return { kind: 'text', text: quoted, isQuoted: true };
    }
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
  }
  return { kind: 'text', text, isQuoted: false };
}

class Parser {
  readonly #scanner: Scanner;
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  readAll(): Filter {
    const filter = this.#readOr();
    if (!this.#scanner.isAtEnd) this.#refuse();
    return filter;
  }

  readWholeList(): readonly FilterValue[] {
    const values = this.#readList();
    this.#scanner.skip();
    if (!this.#scanner.isAtEnd) this.#refuse();
    return values;
  }

  #readOr(): Filter {
    return this.#readRow('or', () => this.#readRow('and', () => this.#readNot()));
  }

  #readRow(kind: 'and' | 'or', readPart: () => Filter): Filter {
    const first = readPart();
    const parts = [first];
    while (this.#scanner.takeWord(kind)) parts.push(readPart());
    return parts.length === 1 ? first : { kind, parts };
  }

  #readNot(): Filter {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      throw new FilterProblem('the condition is too deep', this.#scanner.at, {
        code: 'FALCO_CONDITION_TOO_LARGE',
      });
    }
    this.#scanner.skip();
    const filter: Filter = this.#scanner.takeWord('not')
      ? { kind: 'not', part: this.#readNot() }
      : this.#readPrimary();
    this.#scanner.skip();
    this.#depth -= 1;
    return filter;
  }

  #readPrimary(): Filter {
    const scanner = this.#scanner;
    const at = scanner.at;
    if (scanner.takeText('(')) {
      const inner = this.#readOr();
      if (!scanner.takeText(')')) this.#refuse('a parenthesis is not closed');
      return inner;
    }
    const field = parseField(scanner);
    if (field !== undefined) return this.#readCheck({ field, at });
    const name = scanner.take(IDENTIFIER);
    if (name === undefined || KEYWORDS.includes(name)) {
      scanner.at = at;
      return this.#refuse();
    }
    return { kind: 'macro', name, at, end: scanner.at };
  }

  #readCheck({ field, at }: Pick<Check, 'field' | 'at'>): Filter {
    const scanner = this.#scanner;
    const operator = this.#readOperator();
    const modifier = this.#readModifier(operator);
    const values = operator === 'exists' ? [] : this.#readValues(operator, modifier);
    const end = scanner.at;
    const written = scanner.text.slice(at, end).replace(/\s+/g, ' ');
    return { kind: 'check', field, operator, modifier, values, at, end, written };
  }

  #readOperator(): string {
    const scanner = this.#scanner;
    scanner.skip();
    const symbol = SYMBOLS.find((each) => scanner.takeText(each));
    if (symbol !== undefined) return symbol === '==' ? '=' : symbol;
    const start = scanner.at;
    const word = scanner.take(WORD) ?? '';
    if (WORDS.some((each) => each === word)) return word;
    scanner.at = start;
    const message =
      word === ''
        ? 'an operator is expected behind a field'
        : `${quote(word)} is no operator, and one is expected behind a field`;
    const hint = suggest(word, WORDS);
    throw new FilterProblem(message, start, hint === undefined ? {} : { hint });
  }

  #readModifier(operator: string): ListModifier | undefined {
    if (LIST_OPERATORS.has(operator) || ORDERS.has(operator) || operator === 'exists') {
      return undefined;
    }
    const start = this.#scanner.at;
    this.#scanner.skip();
    const modifier = MODIFIERS.find((each) => this.#scanner.takeWord(each));
    this.#scanner.skip();
    // A value may have the name of a modifier.
    if (modifier !== undefined && this.#scanner.text.charAt(this.#scanner.at) === '(') {
      return modifier;
    }
    this.#scanner.at = start;
    return undefined;
  }

  #readValues(operator: string, modifier: ListModifier | undefined): readonly FilterValue[] {
    this.#scanner.skip();
    const isList = modifier !== undefined || LIST_OPERATORS.has(operator);
    const opens = this.#scanner.text.charAt(this.#scanner.at) === '(';
    if (isList && opens) return this.#readList();
    if (opens) this.#refuse(`${quote(operator)} takes one value`);
    return [this.#readValue()];
  }

  #readList(): readonly FilterValue[] {
    const scanner = this.#scanner;
    scanner.skip();
    if (!scanner.takeText('(')) this.#refuse('a list in parentheses is expected');
    const values: FilterValue[] = [];
    scanner.skip();
    if (scanner.takeText(')')) return values;
    do {
      scanner.skip();
      values.push(this.#readText());
      scanner.skip();
    } while (scanner.takeText(','));
    if (!scanner.takeText(')')) this.#refuse('a list is not closed');
    return values;
  }

  #readValue(): FilterValue {
    const field = takeTransformer(this.#scanner);
    return field === undefined ? this.#readText() : { kind: 'field', field };
  }

  #readText(): FilterValue {
    const quoted = this.#scanner.takeQuoted();
    if (quoted !== undefined) return { kind: 'text', text: quoted, isQuoted: true };
    const text = this.#scanner.takeBare();
    if (text === undefined) return this.#refuse();
    return { kind: 'text', text, isQuoted: false };
  }

  #refuse(message?: string): never {
    const { at, isAtEnd } = this.#scanner;
    if (isAtEnd) throw new FilterProblem(message ?? 'the condition ends too early', at);
    const shown = this.#scanner.shown();
    const word = shown.toLowerCase();
    const hint = KEYWORDS.includes(word) && word !== shown ? `did you mean ${quote(word)}?` : '';
    const said = message ?? `${quote(shown)} is not expected here`;
    throw new FilterProblem(said, at, hint === '' ? {} : { hint });
  }
}
