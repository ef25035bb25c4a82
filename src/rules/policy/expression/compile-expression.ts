/** Text of an expression to what the kernel side checks instead of it. */

import type { ArgumentMatch, NumberRange } from '../../../model/plan.ts';
import type { Literal, TextTest } from './formula.ts';
import { lowerExpression } from './lower-expression.ts';
import { alternativesOf } from './normal-form.ts';
import { parseExpression } from './parse-expression.ts';
import { complement } from './range-set.ts';
import { ExpressionError, type ExpressionProblem } from './syntax.ts';
import type { Variables } from './value.ts';

export type CompiledExpression =
  /** It holds when every condition of one of these does. None: never. */
  | { readonly kind: 'alternatives'; readonly alternatives: readonly (readonly ArgumentMatch[])[] }
  | { readonly kind: 'problem'; readonly problem: ExpressionProblem };

/** Never throws; places of problems are offsets in the text. */
export function compileExpression(text: string, variables: Variables): CompiledExpression {
  try {
    const expression = parseExpression(text);
    const formula = lowerExpression(expression, variables);
    const found = alternativesOf(formula, expression.span);
    return { kind: 'alternatives', alternatives: found.map((one) => one.map(toMatch)) };
  } catch (error) {
    if (error instanceof ExpressionError) return { kind: 'problem', problem: error.problem };
    throw error;
  }
}

const OPPOSITES = {
  Equal: 'NotEqual',
  Prefix: 'NotPrefix',
  Postfix: 'NotPostfix',
  SubString: 'NotSubString',
} as const satisfies Record<TextTest, string>;

function toMatch(of: Literal): ArgumentMatch {
  const { argument } = of;
  switch (of.kind) {
    case 'range':
      return toNumberMatch(of);
    case 'bits': {
      const operator = of.isNegated ? 'NotMask' : 'Mask';
      return { kind: 'number', argument, operator, values: [of.mask] };
    }
    case 'pair': {
      const operator = of.isNegated ? 'NotEqual' : 'Equal';
      return { kind: 'pair', ...of.pair, operator, values: of.values };
    }
    case 'text': {
      const operator = of.isNegated ? OPPOSITES[of.test] : of.test;
      return { kind: 'text', argument, operator, values: of.values };
    }
  }
}

/** Single numbers are cheaper than ranges. */
function toNumberMatch(of: Extract<Literal, { kind: 'range' }>): ArgumentMatch {
  const { argument, set, domain, isSigned } = of;
  if (set.every(isPoint)) {
    return { kind: 'number', argument, operator: 'Equal', values: set.map(bitPattern) };
  }
  const others = complement(set, domain);
  if (others.every(isPoint)) {
    return { kind: 'number', argument, operator: 'NotEqual', values: others.map(bitPattern) };
  }
  return { kind: 'range', argument, operator: 'InRange', isSigned, ranges: set };
}

function isPoint({ min, max }: NumberRange): boolean {
  return min === max;
}

function bitPattern({ min }: NumberRange): bigint {
  return BigInt.asUintN(64, min);
}
