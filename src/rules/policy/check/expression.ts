/** Reads the expression of `CelExpr`: what the kernel side checks instead of it. */

import { placeIn } from '../../syntax/scalar-place.ts';
import type { ScalarNode } from '../../syntax/tree.ts';
import { compileExpression } from '../expression/compile-expression.ts';
import type { ExpressionProblem } from '../expression/syntax.ts';
import type { Variable } from '../expression/value.ts';
import type { Report } from '../report.ts';
import type { ArgumentMatchSpec, ArgumentSpec } from '../spec.ts';
import { readArgumentPlaces } from './argument-reference.ts';
import { type Fields, requireField } from './fields.ts';
import { readItems, readText } from './scalars.ts';

type ExpressionSpec = Extract<ArgumentMatchSpec, { kind: 'expression' }>;

/** Name of the operator. */
export const EXPRESSION = 'CelExpr';

const CODES = {
  invalid: 'POLICY_EXPRESSION_INVALID',
  unsupported: 'POLICY_EXPRESSION_UNSUPPORTED',
  too_large: 'POLICY_EXPRESSION_TOO_LARGE',
} as const satisfies Record<ExpressionProblem['kind'], string>;

/** Undefined after a report. */
export function readExpression(
  fields: Fields,
  args: readonly (ArgumentSpec | undefined)[],
  report: Report,
): ExpressionSpec | undefined {
  const places = readArgumentPlaces(fields, args, report);
  const values = requireField(fields, 'values', report);
  const [item] = readItems(values, { name: 'expressions', max: 1 }, report);
  const text = item && readText(item, report);
  if (item?.kind !== 'scalar' || text === undefined || places === undefined) return undefined;
  const variables = new Map<string, Variable>();
  for (const [number, argument] of places.entries()) {
    const type = args[argument]?.type.value;
    // What could not be read is reported where it stands.
    if (type === undefined) return undefined;
    variables.set(`arg${number}`, { argument, type });
  }
  const compiled = compileExpression(text.value, variables);
  if (compiled.kind === 'problem') return reportProblem(compiled.problem, item, report);
  return checkConstant(
    { kind: 'expression', alternatives: compiled.alternatives, span: item.span },
    report,
  );
}

function reportProblem(
  { kind, span, message, hint }: ExpressionProblem,
  node: ScalarNode,
  report: Report,
): undefined {
  report.error(CODES[kind], placeIn(node, span), { message, hint });
  return undefined;
}

function checkConstant(found: ExpressionSpec, report: Report): ExpressionSpec | undefined {
  const { alternatives, span } = found;
  if (alternatives.length === 0) {
    report.error('POLICY_EXPRESSION_CONSTANT', span, {
      message: 'this expression is never true, so the selector can never match',
    });
    return undefined;
  }
  if (alternatives.some((conditions) => conditions.length === 0)) {
    const message = 'this expression is always true, so it filters nothing';
    report.warning('POLICY_EXPRESSION_CONSTANT', span, { message });
  }
  return found;
}
