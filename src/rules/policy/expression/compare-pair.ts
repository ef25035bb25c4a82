/** Comparisons of two arguments with each other. */

import type { NumberPair } from '../../../model/number-pair.ts';
import type { Span } from '../report.ts';
import { constant, type Formula, literal } from './formula.ts';
import { type ComparisonOperator, unsupported } from './syntax.ts';
import type { NumberValue, Term } from './value.ts';
import { bitsOf, isSigned } from './value-type.ts';

/** Values of the relation `order` by operator. */
const ORDERS: Readonly<Record<ComparisonOperator, readonly bigint[]>> = {
  '<': [0n],
  '<=': [0n, 1n],
  '==': [1n],
  '!=': [0n, 2n],
  '>=': [1n, 2n],
  '>': [2n],
};

/** The sum of two arguments against a constant. Throws ExpressionError for their products. */
export function onPair(
  { type, constant: added, span }: NumberValue,
  [first, second]: readonly [Term, Term],
  wanted: bigint,
): Formula {
  if (first.factor ** 2n !== 1n || second.factor ** 2n !== 1n) {
    return unsupported(span, 'here an argument counts more than once');
  }
  const bits = bitsOf(type);
  const pair: NumberPair = {
    ...{ argument: first.argument, other: second.argument, bits, isSigned: false },
    relation: first.factor === second.factor ? 'sum' : 'difference',
  };
  // With the first argument as it is: -a + b == 3 is a - b == -3.
  const value = BigInt.asUintN(bits, first.factor * (wanted - added));
  return onValues(pair, [value]);
}

/** Which of two arguments is greater. Throws ExpressionError when something is added to them. */
export function compareOrder(
  [left, right]: readonly [NumberValue, NumberValue],
  { operator, span }: { readonly operator: ComparisonOperator; readonly span: Span },
): Formula {
  const argument = plainArgument(left);
  const other = plainArgument(right);
  if (argument === undefined || other === undefined) {
    return unsupported(
      span,
      `with \`${operator}\` two arguments are compared as they are`,
      'add to them where one argument is compared with a constant, or with `==`',
    );
  }
  const orders = ORDERS[operator];
  if (argument === other) return constant(orders.includes(1n));
  const { type } = left;
  const pair: NumberPair = {
    ...{ argument, other, relation: 'order' },
    ...{ bits: bitsOf(type), isSigned: isSigned(type) },
  };
  return onValues(pair, orders);
}

function plainArgument({ terms, constant: added }: NumberValue): number | undefined {
  const [term, second] = terms;
  const isPlain = second === undefined && term?.factor === 1n && added === 0n;
  return isPlain ? term.argument : undefined;
}

function onValues(pair: NumberPair, values: readonly bigint[]): Formula {
  const { argument } = pair;
  return literal({ kind: 'pair', argument, pair, values, isNegated: false });
}
