/** Conditions of rules: a small language over the names of searches. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import type { Condition } from '../ir/condition.ts';
import type { RuleReport } from './context.ts';

/** A condition, and where it is written. */
export interface ConditionText {
  readonly text: string;
  readonly span: Span;
}

export interface ConditionContext {
  readonly searches: ReadonlyMap<string, Condition>;
  readonly report: RuleReport;
}

/** Deeper conditions are made by programs that want to do harm. */
const DEPTH_MAX = 100;

/** Ways to choose so many of so many searches; more are not written out. */
const CHOICES_MAX = 1_000;

interface Parser extends ConditionContext {
  readonly tokens: readonly string[];
  readonly at: Span;
  next: number;
  depth: number;
  hasFailed: boolean;
}

const NEVER: Condition = { kind: 'constant', value: false };

/** Reads a condition; what is wrong is reported, and then the result is of no use. */
export function readCondition({ text, span }: ConditionText, context: ConditionContext): Condition {
  if (text.includes('|')) {
    context.report.error('SIGMA_CONDITION_UNSUPPORTED', span, {
      message: 'aggregations behind `|` have been given up by the specification',
      hint: 'write a correlation with `type: event_count` or `type: value_count` instead',
    });
    return NEVER;
  }
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  const parser: Parser = { ...context, tokens, at: span, next: 0, depth: 0, hasFailed: false };
  const condition = readOr(parser);
  const rest = parser.tokens[parser.next];
  if (rest !== undefined) fail(parser, `${quote(rest)} is not expected here`);
  return condition;
}

function fail(parser: Parser, message: string, hint?: string): Condition {
  // What follows a mistake is seldom one of its own.
  if (!parser.hasFailed) {
    parser.report.error('SIGMA_CONDITION_INVALID', parser.at, { message, hint });
  }
  parser.hasFailed = true;
  parser.next = parser.tokens.length;
  return NEVER;
}

function peek({ tokens, next }: Parser): string {
  return tokens[next]?.toLowerCase() ?? '';
}

function readOr(parser: Parser): Condition {
  const parts = [readAnd(parser)];
  while (peek(parser) === 'or') {
    parser.next += 1;
    parts.push(readAnd(parser));
  }
  return join('or', parts);
}

function readAnd(parser: Parser): Condition {
  const parts = [readNot(parser)];
  while (peek(parser) === 'and') {
    parser.next += 1;
    parts.push(readNot(parser));
  }
  return join('and', parts);
}

function join(kind: 'and' | 'or', parts: readonly Condition[], label?: string): Condition {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return { kind, parts, label };
}

function readNot(parser: Parser): Condition {
  parser.depth += 1;
  if (parser.depth > DEPTH_MAX) return fail(parser, 'the condition is too deep');
  let condition: Condition;
  if (peek(parser) === 'not') {
    parser.next += 1;
    condition = { kind: 'not', part: readNot(parser) };
  } else {
    condition = readPrimary(parser);
  }
  parser.depth -= 1;
  return condition;
}

function readPrimary(parser: Parser): Condition {
  const token = parser.tokens[parser.next];
  if (token === undefined) return fail(parser, 'the condition ends too early');
  parser.next += 1;
  if (token === '(') {
    const inner = readOr(parser);
    if (peek(parser) !== ')') return fail(parser, 'a parenthesis is not closed');
    parser.next += 1;
    return inner;
  }
  if (token === ')' || /^(and|or|of|them)$/i.test(token)) {
    return fail(parser, `${quote(token)} is not expected here`);
  }
  if (peek(parser) === 'of') return readChoice(parser, token.toLowerCase());
  return nameSearch(parser, token);
}

function nameSearch(parser: Parser, name: string): Condition {
  const found = parser.searches.get(name);
  if (found === undefined) {
    parser.report.error('SIGMA_SEARCH_UNKNOWN', parser.at, {
      message: `there is no search ${quote(name)}`,
      hint: suggest(name, parser.searches.keys()),
    });
    return NEVER;
  }
  return labelled(found, name);
}

/** Says which search a part of the condition is, for those who read explanations. */
function labelled(condition: Condition, label: string): Condition {
  if (condition.kind === 'and' || condition.kind === 'or') return { ...condition, label };
  return { kind: 'and', parts: [condition], label };
}

/** `1 of them`, `all of selection*`, `any of`, `2 of`. */
function readChoice(parser: Parser, quantity: string): Condition {
  const pattern = parser.tokens[parser.next + 1];
  parser.next += 2;
  if (pattern === undefined) return fail(parser, '`of` needs `them` or a pattern behind it');
  const chosen = chooseSearches(parser, pattern);
  if (chosen.length === 0) {
    return fail(parser, `no search is called ${quote(pattern)}`);
  }
  const label = `${quantity} of ${pattern}`;
  if (quantity === 'all') return { kind: 'and', parts: chosen, label };
  if (quantity === '1' || quantity === 'any') return { kind: 'or', parts: chosen, label };
  if (!/^\d+$/.test(quantity)) {
    return fail(parser, `${quote(quantity)} is no quantity: it is a number, any or all`);
  }
  const ways = combinations(chosen, Number(quantity));
  if (ways === undefined) return fail(parser, `${quote(label)} stands for too many combinations`);
  return { kind: 'or', parts: ways.map((parts) => join('and', parts)), label };
}

function chooseSearches(parser: Parser, pattern: string): readonly Condition[] {
  const names = [...parser.searches.keys()];
  const isThem = pattern.toLowerCase() === 'them';
  const parts = pattern.split('*');
  const chosen = names.filter((name) => {
    // Names that begin so are parts of other searches, and not counted by themselves.
    if (isThem) return !name.startsWith('_');
    return matches(name, parts);
  });
  return chosen.map((name) => nameSearch(parser, name));
}

/** A name against the texts between the stars of a pattern. */
function matches(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** All ways to take that many; undefined when there are too many. */
function combinations<T>(items: readonly T[], count: number): readonly T[][] | undefined {
  let ways: T[][] = [[]];
  const all: T[][] = [];
  for (const item of items) {
    const longer = ways.filter((way) => way.length < count).map((way) => [...way, item]);
    all.push(...longer.filter((way) => way.length === count));
    ways = [...ways, ...longer.filter((way) => way.length < count)];
    if (ways.length + all.length > CHOICES_MAX) return undefined;
  }
  return count === 0 ? [[]] : all;
}
