/** Conditions of rules: a small language over the names of searches. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Span } from '../../syntax/report.ts';
import { placeIn } from '../../syntax/scalar-place.ts';
import type { ScalarNode } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import type { RuleReport } from './context.ts';

/** What reading a condition takes. */
export interface ConditionContext {
  readonly searches: ReadonlyMap<string, Condition>;
  readonly report: RuleReport;
}

/** Deeper conditions are made by programs that want to do harm. */
const DEPTH_MAX = 100;

/** Ways to choose so many of so many searches; more are not written out. */
const CHOICES_MAX = 1_000;

interface Token {
  readonly text: string;
  /** In the text of the condition. */
  readonly start: number;
}

interface Parser extends ConditionContext {
  readonly node: ScalarNode;
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
  hasFailed: boolean;
}

const NEVER: Condition = { kind: 'constant', value: false };

/** Reads a condition; what is wrong is reported, and then the result is of no use. */
export function readCondition(node: ScalarNode, context: ConditionContext): Condition {
  const pipe = node.text.indexOf('|');
  if (pipe >= 0) {
    const at = placeIn(node, { start: pipe, end: node.text.length });
    context.report.error('SIGMA_CONDITION_UNSUPPORTED', at, {
      message: 'aggregations behind `|` have been given up by the specification',
      hint: 'write a correlation with `type: event_count` or `type: value_count` instead',
    });
    return NEVER;
  }
  const tokens = [...node.text.matchAll(/[()]|[^\s()]+/g)].map(({ 0: text, index: start }) => {
    return { text, start };
  });
  const parser: Parser = { ...context, node, tokens, next: 0, depth: 0, hasFailed: false };
  const condition = readOr(parser);
  const rest = parser.tokens[parser.next];
  if (rest !== undefined) fail(parser, `${quote(rest.text)} is not expected here`, rest);
  return condition;
}

/** Reports at a token, or at the whole condition when it lacks something. */
function fail(parser: Parser, message: string, at?: Token): Condition {
  // What follows a mistake is seldom one of its own.
  if (!parser.hasFailed) {
    parser.report.error('SIGMA_CONDITION_INVALID', spanOf(parser, at), { message });
  }
  parser.hasFailed = true;
  parser.next = parser.tokens.length;
  return NEVER;
}

function spanOf({ node }: Parser, token: Token | undefined): Span {
  if (token === undefined) return node.span;
  return placeIn(node, { start: token.start, end: token.start + token.text.length });
}

function peek({ tokens, next }: Parser): string {
  return tokens[next]?.text.toLowerCase() ?? '';
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
  const { text } = token;
  if (text === '(') {
    const inner = readOr(parser);
    if (peek(parser) !== ')') return fail(parser, 'a parenthesis is not closed', token);
    parser.next += 1;
    return inner;
  }
  if (text === ')' || /^(and|or|of|them)$/i.test(text)) {
    return fail(parser, `${quote(text)} is not expected here`, token);
  }
  return peek(parser) === 'of' ? readChoice(parser, token) : nameSearch(parser, text, token);
}

function nameSearch(parser: Parser, name: string, at: Token): Condition {
  const found = parser.searches.get(name);
  if (found === undefined) {
    parser.report.error('SIGMA_SEARCH_UNKNOWN', spanOf(parser, at), {
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
function readChoice(parser: Parser, token: Token): Condition {
  const pattern = parser.tokens[parser.next + 1];
  parser.next += 2;
  if (pattern === undefined) return fail(parser, '`of` needs `them` or a pattern behind it');
  const chosen = chooseSearches(parser, pattern);
  if (chosen.length === 0) {
    return fail(parser, `no search is called ${quote(pattern.text)}`, pattern);
  }
  const quantity = token.text.toLowerCase();
  const label = `${quantity} of ${pattern.text}`;
  if (quantity === 'all') return { kind: 'and', parts: chosen, label };
  if (quantity === '1' || quantity === 'any') return { kind: 'or', parts: chosen, label };
  const count = /^\d+$/.test(quantity) ? Number(quantity) : 0;
  if (count === 0) {
    const message = `${quote(token.text)} is no quantity: it is a number from 1 on, any or all`;
    return fail(parser, message, token);
  }
  if (count > chosen.length) {
    const message = `${quote(label)} asks for more searches than there are: ${chosen.length}`;
    return fail(parser, message, token);
  }
  const ways = combinations(chosen, count);
  if (ways === undefined) {
    return fail(parser, `${quote(label)} stands for too many combinations`, token);
  }
  return { kind: 'or', parts: ways.map((parts) => join('and', parts)), label };
}

function chooseSearches(parser: Parser, pattern: Token): readonly Condition[] {
  const names = [...parser.searches.keys()];
  const isThem = pattern.text.toLowerCase() === 'them';
  const parts = pattern.text.split('*');
  const chosen = names.filter((name) => {
    // Names that begin so are parts of other searches, and not counted by themselves.
    if (isThem) return !name.startsWith('_');
    return matches(name, parts);
  });
  return chosen.map((name) => nameSearch(parser, name, pattern));
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
  return all;
}
