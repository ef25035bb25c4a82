/** Tokens to a tree, by CEL's grammar and precedence. */

import type { Span } from '../report.ts';
import {
  type ArithmeticOperator,
  type ComparisonOperator,
  type Expression,
  ExpressionError,
  invalid,
} from './syntax.ts';
import { readTokens, type Token } from './tokens.ts';

/** Characters of one expression; the fuzzer and people stay far below. */
const LENGTH_MAX = 4096;

/** Parentheses and operators inside each other. */
const DEPTH_MAX = 64;

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];

/** Throws ExpressionError. */
export function parseExpression(text: string): Expression {
  if (text.length > LENGTH_MAX) {
    const message = `this expression has ${text.length} characters, and at most ${LENGTH_MAX} fit`;
    throw new ExpressionError({
      kind: 'too_large',
      span: { start: 0, end: text.length },
      message,
    });
  }
  const parser = new Parser(readTokens(text));
  return parser.parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const whole = this.#choice();
    const rest = this.#peek();
    if (rest.kind !== 'end') invalid(rest.span, 'the expression should end before this');
    return whole;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', span: { start: 0, end: 0 } };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  /** Takes the token if it is one of these signs or words. */
  #accept(...texts: readonly string[]): Token | undefined {
    const token = this.#peek();
    if (token.kind !== 'sign' && token.kind !== 'name') return undefined;
    return texts.includes(token.text) ? this.#take() : undefined;
  }

  #expect(text: string): Token {
    return this.#accept(text) ?? invalid(this.#peek().span, `expected \`${text}\` here`);
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      const { span } = this.#peek();
      const message = `expressions nest at most ${DEPTH_MAX} deep`;
      throw new ExpressionError({ kind: 'too_large', span, message });
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #choice(): Expression {
    return this.#nested(() => {
      const test = this.#or();
      if (this.#accept('?') === undefined) return test;
      const yes = this.#or();
      this.#expect(':');
      const no = this.#choice();
      return { kind: 'choice', test, yes, no, span: join(test.span, no.span) };
    });
  }

  #or(): Expression {
    return this.#logic('||', () => this.#logic('&&', () => this.#relation()));
  }

  #logic(operator: '&&' | '||', operand: () => Expression): Expression {
    let left = operand();
    while (this.#accept(operator) !== undefined) {
      const right = operand();
      left = { kind: 'logic', operator, left, right, span: join(left.span, right.span) };
    }
    return left;
  }

  #relation(): Expression {
    let left = this.#sum();
    for (;;) {
      const token = this.#accept(...COMPARISONS, 'in');
      if (token === undefined) return left;
      const right = this.#sum();
      const operands = { left, right, span: join(left.span, right.span) };
      left =
        token.kind === 'sign'
          ? { kind: 'comparison', operator: token.text as ComparisonOperator, ...operands }
          : { kind: 'in', ...operands };
    }
  }

  #sum(): Expression {
    return this.#arithmetic(['+', '-'], () =>
      this.#arithmetic(['*', '/', '%'], () => this.#unary()),
    );
  }

  #arithmetic(operators: readonly ArithmeticOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const token = this.#accept(...operators);
      if (token?.kind !== 'sign') return left;
      const right = operand();
      const span = join(left.span, right.span);
      left = { kind: 'arithmetic', operator: token.text as ArithmeticOperator, left, right, span };
    }
  }

  #unary(): Expression {
    const token = this.#accept('!', '-');
    if (token?.kind !== 'sign') return this.#member();
    return this.#nested(() => {
      const operand = this.#unary();
      const kind = token.text === '!' ? 'not' : 'minus';
      return { kind, operand, span: join(token.span, operand.span) };
    });
  }

  #member(): Expression {
    let target = this.#primary();
    while (this.#accept('.') !== undefined) {
      const token = this.#take();
      if (token.kind !== 'name') invalid(token.span, 'expected the name of a function here');
      if (this.#accept('(') === undefined) {
        invalid(token.span, 'arguments have no members here', 'read the member with `resolve`');
      }
      const { items, end } = this.#items(')');
      const span = join(target.span, end);
      target = { kind: 'call', name: token.text, target, args: items, span };
    }
    return target;
  }

  #primary(): Expression {
    const token = this.#take();
    switch (token.kind) {
      case 'integer':
      case 'text':
        return token;
      case 'name':
        return this.#name(token.text, token.span);
      case 'sign':
        if (token.text === '[') {
          const { items, end } = this.#items(']');
          return { kind: 'list', items, span: join(token.span, end) };
        }
        if (token.text === '(') {
          const inner = this.#choice();
          const end = this.#expect(')').span;
          return { ...inner, span: join(token.span, end) };
        }
        return invalid(token.span, `expected a value before \`${token.text}\``);
      default:
        return invalid(token.span, 'the expression ends where a value should be');
    }
  }

  #name(name: string, span: Span): Expression {
    if (name === 'true' || name === 'false')
      return { kind: 'boolean', value: name === 'true', span };
    if (this.#accept('(') === undefined) return { kind: 'name', name, span };
    const { items, end } = this.#items(')');
    return { kind: 'call', name, target: undefined, args: items, span: join(span, end) };
  }

  /** Up to the closing sign, which is taken. */
  #items(close: string): { readonly items: readonly Expression[]; readonly end: Span } {
    const items: Expression[] = [];
    for (;;) {
      const token = this.#accept(close);
      if (token !== undefined) return { items, end: token.span };
      items.push(this.#choice());
      if (this.#accept(',') === undefined) return { items, end: this.#expect(close).span };
    }
  }
}

function join(first: Span, last: Span): Span {
  return { start: first.start, end: last.end };
}
