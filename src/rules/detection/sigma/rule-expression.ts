/** Conditions of correlations over rules: `a and (b or not c)`. */
import { quote } from '../../syntax/quote.ts';
import type { ScalarNode } from '../../syntax/tree.ts';
import type { RuleExpression } from '../ir/correlation.ts';
import type { RuleReport } from './context.ts';
import type { KnownRules } from './known-rules.ts';

const DEPTH_MAX = 100;

interface Parser {
  readonly tokens: readonly string[];
  readonly known: KnownRules;
  next: number;
  depth: number;
  problem: string | undefined;
}

/** Reads an expression; undefined after a report. */
export function readRuleExpression(
  node: ScalarNode,
  { known, report }: { readonly known: KnownRules; readonly report: RuleReport },
): RuleExpression | undefined {
  const tokens = node.text.match(/[()]|[^\s()]+/g) ?? [];
  const parser: Parser = { tokens, known, next: 0, depth: 0, problem: undefined };
  const expression = readOr(parser);
  if (parser.next < tokens.length)
    parser.problem ??= `${quote(tokens[parser.next] ?? '')} is not expected here`;
  if (parser.problem === undefined) return expression;
  const last = tokens.at(parser.next - 1) ?? '';
  report.error('SIGMA_CONDITION_INVALID', node.span, {
    message: parser.problem,
    hint: known.suggest(last),
  });
  return undefined;
}

function readOr(parser: Parser): RuleExpression {
  return readRow(parser, 'or', (inner) => readRow(inner, 'and', readNot));
}

function readRow(
  parser: Parser,
  kind: 'and' | 'or',
  readPart: (parser: Parser) => RuleExpression,
): RuleExpression {
  const first = readPart(parser);
  const parts = [first];
  while (parser.tokens[parser.next]?.toLowerCase() === kind) {
    parser.next += 1;
    parts.push(readPart(parser));
  }
  return parts.length === 1 ? first : { kind, parts };
}

function readNot(parser: Parser): RuleExpression {
  const token = parser.tokens[parser.next] ?? '';
  parser.next += 1;
  parser.depth += 1;
  if (parser.depth > DEPTH_MAX) parser.problem ??= 'the condition is too deep';
  let found: RuleExpression = { kind: 'rule', id: '' };
  if (parser.problem === undefined) found = readPrimary(parser, token);
  parser.depth -= 1;
  return found;
}

function readPrimary(parser: Parser, token: string): RuleExpression {
  if (token.toLowerCase() === 'not') return { kind: 'not', part: readNot(parser) };
  if (token === '(') {
    const inner = readOr(parser);
    if (parser.tokens[parser.next] !== ')') parser.problem ??= 'a parenthesis is not closed';
    parser.next += 1;
    return inner;
  }
  const rule = parser.known.get(token);
  if (rule === undefined) {
    parser.problem ??=
      token === '' ? 'the condition ends too early' : `no rule is called ${quote(token)}`;
  }
  return { kind: 'rule', id: rule?.id ?? '' };
}
