/** Reads one `matchArgs` entry: an argument, an operator and values. */

import type { ArgumentOperator } from '../../../model/plan.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentMatchSpec, ArgumentSpec } from '../spec.ts';
import type { YamlNode } from '../syntax/tree.ts';
import { readArgumentReference } from './argument-reference.ts';
import { quote } from './context.ts';
import { suggest } from './did-you-mean.ts';
import { readFields, requireField, type Shape } from './fields.ts';
import { checkNumberValues, checkTextValues } from './never-matches.ts';
import { readText } from './scalars.ts';
import { readNumberValues, readTextValues } from './values.ts';

const MATCH_ARGS: Shape = {
  name: 'a matchArgs entry',
  known: ['index', 'args', 'operator', 'values'],
  unsupported: [],
};

const OPERATORS: readonly ArgumentOperator[] = ['Equal', 'NotEqual', 'Prefix', 'Postfix', 'Mask'];

const UNSUPPORTED_OPERATORS: readonly string[] = `NotPrefix NotPostfix SubString SubStringIgnCase GT
  GreaterThan LT LessThan InRange NotInRange InMap NotInMap SAddr NotSAddr DAddr NotDAddr SPort
  NotSPort DPort NotDPort SPortPriv NotSportPriv DPortPriv NotDPortPriv Protocol Family State
  FileType NotFileType CapabilitiesGained CelExpr In NotIn`.split(/\s+/);

/** Reads an entry; undefined after a report when it cannot be used. */
export function readArgumentMatch(
  node: YamlNode,
  args: readonly (ArgumentSpec | undefined)[],
  report: Report,
): ArgumentMatchSpec | undefined {
  const fields = readFields(node, MATCH_ARGS, report);
  if (fields === undefined) return undefined;
  const argument = readArgumentReference(fields, args, report);
  const operatorEntry = requireField(fields, 'operator', report);
  const operator = operatorEntry && readOperator(operatorEntry.value, report);
  const values = fields.entries.get('values');
  if (values === undefined) {
    const message = 'a matchArgs entry needs `values`';
    report.error('POLICY_VALUE_MISSING', fields.span, { message });
  }
  if (argument === undefined || operator === undefined || values === undefined) return undefined;
  const type = args[argument]?.type.value;
  // The argument itself was not readable; that is reported where it stands.
  if (type === undefined) return undefined;
  const match = combine({ argument, type, operator }, report);
  if (match === undefined) return undefined;
  if (match.kind === 'number') {
    const numbers = readNumberValues(values, match.type, report);
    const complete = { ...match, values: numbers };
    checkNumberValues(complete, report);
    return complete;
  }
  const texts = readTextValues(values, match.operator, report);
  const complete = { ...match, values: texts };
  checkTextValues(complete, report);
  return complete;
}

function readOperator(node: YamlNode, report: Report): Located<ArgumentOperator> | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const operator = OPERATORS.find((name) => name === text.value);
  if (operator !== undefined) return { value: operator, span: text.span };
  const supported = `supported operators: ${OPERATORS.join(', ')}`;
  if (UNSUPPORTED_OPERATORS.includes(text.value)) {
    report.error('POLICY_FEATURE_UNSUPPORTED', text.span, {
      message: `the operator ${quote(text.value)} is not supported here yet`,
      hint: supported,
    });
  } else {
    report.error('POLICY_OPERATOR_UNKNOWN', text.span, {
      message: `there is no operator ${quote(text.value)}`,
      hint: suggest(text.value, [...OPERATORS, ...UNSUPPORTED_OPERATORS], supported),
    });
  }
  return undefined;
}

type WithoutValues<T> = T extends unknown ? Omit<T, 'values'> : never;

interface Combination {
  readonly argument: number;
  readonly type: ArgumentSpec['type']['value'];
  readonly operator: Located<ArgumentOperator>;
}

/** Pairs the operator with the type, reporting those that do not go together. */
function combine(
  { argument, type, operator }: Combination,
  report: Report,
): WithoutValues<ArgumentMatchSpec> | undefined {
  const name = operator.value;
  if (type === 'int' || type === 'size_t') {
    if (name !== 'Prefix' && name !== 'Postfix') {
      return { kind: 'number', argument, type, operator: name };
    }
  } else if (name !== 'Mask') {
    return { kind: 'text', argument, type, operator: name };
  }
  report.error('POLICY_OPERATOR_TYPE', operator.span, {
    message: `the operator ${quote(name)} does not apply to an argument of type ${quote(type)}`,
    hint: name === 'Mask' ? 'Mask compares numbers' : `${name} compares text`,
  });
  return undefined;
}
