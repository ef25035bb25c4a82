/** Reads one `matchArgs` entry: an argument, an operator and values. */

import {
  type ArgumentType,
  isTextType,
  type NumberType,
  type TextType,
} from '../../../model/argument-types.ts';
import type {
  NumberOperator,
  NumberRange,
  RangeOperator,
  TextOperator,
} from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { CAPABILITY_SETS, isNumberType, rangeOf, wrap } from '../number-type.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentMatchSpec, ArgumentSpec } from '../spec.ts';
import { REFERENCES_MAX, readArgumentPair, readArgumentReference } from './argument-reference.ts';
import type { PolicyContext } from './definitions.ts';
import { EXPRESSION, readExpression } from './expression.ts';
import { listOf, oneOf, valuesOf } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { checkNumberValues, checkTextValues } from './never-matches.ts';
import { findPartOperator, PART_OPERATORS, type PartUse, readPartMatch } from './part-operators.ts';
import { readText } from './scalars.ts';
import type { Shape } from './shape.ts';
import { readSyscallValues } from './syscall-values.ts';
import { readNumberValues, readRanges, readTexts, readTextValues } from './values.ts';

/** How values of an operator are read for an argument that is a number. */
type NumberForm =
  | { readonly kind: 'number'; readonly operator: NumberOperator }
  /** `InMap` and `InRange`: values and ranges. */
  | { readonly kind: 'range'; readonly operator: RangeOperator }
  | { readonly kind: 'bound'; readonly side: 'above' | 'below' };

const NUMBER_FORMS: ReadonlyMap<string, NumberForm> = new Map<string, NumberForm>([
  ['Equal', { kind: 'number', operator: 'Equal' }],
  ['NotEqual', { kind: 'number', operator: 'NotEqual' }],
  ['Mask', { kind: 'number', operator: 'Mask' }],
  ['InRange', { kind: 'range', operator: 'InRange' }],
  ['NotInRange', { kind: 'range', operator: 'NotInRange' }],
  ['InMap', { kind: 'range', operator: 'InRange' }],
  ['NotInMap', { kind: 'range', operator: 'NotInRange' }],
  ['GT', { kind: 'bound', side: 'above' }],
  ['LT', { kind: 'bound', side: 'below' }],
]);

const TEXT_OPERATORS: readonly TextOperator[] = [
  'Equal',
  'NotEqual',
  'Prefix',
  'NotPrefix',
  'Postfix',
  'NotPostfix',
  'SubString',
  'SubStringIgnCase',
];

const GAINED = 'CapabilitiesGained';

const OPERATORS: readonly string[] = [
  ...new Set([
    ...[...TEXT_OPERATORS, ...NUMBER_FORMS.keys(), ...PART_OPERATORS],
    ...[GAINED, EXPRESSION],
  ]),
];

/** Fields of an entry. */
export const MATCH_ARGS: Shape = {
  name: 'a matchArgs entry',
  fields: {
    index: {
      type: { kind: 'integer', min: 0 },
      description: 'The `index` of the argument, as it stands in the `args` of the hook.',
    },
    args: {
      type: listOf({ kind: 'integer', min: 0 }, REFERENCES_MAX),
      description: 'Instead of `index`: place of the argument in the list `args`, from 0.',
    },
    operator: {
      type: oneOf(OPERATORS),
      description:
        'How to compare. With several values, one has to match; with operators that begin with ' +
        '`Not`, none may.',
      isRequired: true,
    },
    values: {
      type: valuesOf(),
      description:
        'Texts, numbers (`12`, `0x1f`, `017`), addresses, names or, for ranges, `min:max`. ' +
        'Absent for operators that say everything themselves.',
    },
  },
  needsOneOf: ['index', 'args'],
  unsupported: [],
};

const UNSUPPORTED_OPERATORS: readonly string[] = ['In', 'NotIn'];

/** Reads an entry; undefined after a report when it cannot be used. */
export function readArgumentMatch(
  node: YamlNode,
  args: readonly (ArgumentSpec | undefined)[],
  context: PolicyContext,
): ArgumentMatchSpec | undefined {
  const { report } = context;
  const fields = readFields(node, MATCH_ARGS, report);
  if (fields === undefined) return undefined;
  const operatorEntry = requireField(fields, 'operator', report);
  const operator = operatorEntry && readOperator(operatorEntry.value, report);
  if (operator?.value === GAINED) return readGained(fields, { operator, args }, report);
  if (operator?.value === EXPRESSION) return readExpression(fields, args, report);
  const argument = readArgumentReference(fields, args, report);
  const part = operator && findPartOperator(operator.value);
  const values = fields.entries.get('values');
  if (values === undefined && part?.form.kind !== 'privileged') {
    const message = 'a matchArgs entry needs `values`';
    report.error('POLICY_VALUE_MISSING', fields.span, { message });
  }
  const type = argument === undefined ? undefined : args[argument]?.type.value;
  if (argument === undefined || operator === undefined || type === undefined) {
    // That is reported where it stands; of the values, the form can still be wrong.
    if (values !== undefined) readTexts(values, report);
    return undefined;
  }
  return readMatch({ argument, type, operator, values }, part, context);
}

function readMatch(
  use: PartUse,
  part: ReturnType<typeof findPartOperator>,
  context: PolicyContext,
): ArgumentMatchSpec | undefined {
  const { report } = context;
  const { argument, type, operator, values } = use;
  if (part !== undefined) {
    if (!part.appliesTo(type)) return reportMisfit(operator, type, report);
    return readPartMatch(use, part, report);
  }
  if (values === undefined) return undefined;
  const comparison = { argument, operator, values };
  if (isNumberType(type)) return readNumberMatch(comparison, type, context);
  if (isTextType(type)) return readTextMatch(comparison, type, report);
  return reportMisfit(operator, type, report);
}

/** Two sets of capabilities: what was, and what will be. */
function readGained(
  fields: Fields,
  {
    operator,
    args,
  }: {
    readonly operator: Located<string>;
    readonly args: readonly (ArgumentSpec | undefined)[];
  },
  report: Report,
): ArgumentMatchSpec | undefined {
  const pair = readArgumentPair(fields, args, report);
  if (pair === undefined) return undefined;
  const [argument, after] = pair;
  for (const place of pair) {
    const type = args[place]?.type.value;
    if (type === undefined) return undefined;
    if (!CAPABILITY_SETS.includes(type)) return reportMisfit(operator, type, report);
  }
  return { kind: 'gained', argument, after };
}

interface Comparison {
  readonly argument: number;
  readonly operator: Located<string>;
  readonly values: MappingEntry;
}

function readNumberMatch(
  { argument, operator, values }: Comparison,
  type: NumberType,
  context: PolicyContext,
): ArgumentMatchSpec | undefined {
  const { report } = context;
  const form = NUMBER_FORMS.get(operator.value);
  switch (form?.kind) {
    case 'number': {
      const numbers = readNumberValues(values, type, report);
      const match = { ...form, argument, type, values: numbers } as const;
      checkNumberValues(match, report);
      return match;
    }
    case 'range':
      return { ...form, argument, type, values: readRangesOf({ values, operator }, type, context) };
    case 'bound': {
      const bounds = readNumberValues(values, type, report);
      const ranges = bounds.map((bound) => beyond(bound, form.side, type));
      warnOfEmpty(ranges, report);
      return { kind: 'range', operator: 'InRange', argument, type, values: ranges };
    }
    default:
      return reportMisfit(operator, type, report);
  }
}

/** Lists of the spec are values of `InMap` and `NotInMap` on the numbers of system calls. */
function readRangesOf(
  { operator, values }: Pick<Comparison, 'operator' | 'values'>,
  type: NumberType,
  context: PolicyContext,
): readonly Located<NumberRange>[] {
  const takesLists = type === 'syscall64' && operator.value.endsWith('InMap');
  return takesLists ? readSyscallValues(values, context) : readRanges(values, type, context.report);
}

function readTextMatch(
  { argument, operator, values }: Comparison,
  type: TextType,
  report: Report,
): ArgumentMatchSpec | undefined {
  const name = TEXT_OPERATORS.find((candidate) => candidate === operator.value);
  if (name === undefined) return reportMisfit(operator, type, report);
  const texts = readTextValues(values, report);
  const match = { kind: 'text', argument, type, operator: name, values: texts } as const;
  checkTextValues(match, report);
  return match;
}

/** Everything above or below a number, in the order of its type. */
function beyond(
  { value, span }: Located<bigint>,
  side: 'above' | 'below',
  type: NumberType,
): Located<NumberRange> {
  const { min, max } = rangeOf(type);
  const bound = wrap(value, type);
  const range = side === 'above' ? { min: bound + 1n, max } : { min, max: bound - 1n };
  return { value: range, span };
}

function warnOfEmpty(ranges: readonly Located<NumberRange>[], report: Report): void {
  for (const { value, span } of ranges) {
    if (value.min <= value.max) continue;
    report.warning('POLICY_VALUE_NEVER_MATCHES', span, {
      message: 'never matches: no value of the type is beyond this one',
    });
  }
}

function readOperator(node: YamlNode, report: Report): Located<string> | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  if (OPERATORS.includes(text.value)) return text;
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

function reportMisfit(operator: Located<string>, type: ArgumentType, report: Report): undefined {
  const name = operator.value;
  report.error('POLICY_OPERATOR_TYPE', operator.span, {
    message: `the operator ${quote(name)} does not apply to an argument of type ${quote(type)}`,
    hint: `${name} compares ${subjectOf(name)}`,
  });
  return undefined;
}

function subjectOf(operator: string): string {
  if (operator === GAINED) return 'two sets of capabilities';
  const part = findPartOperator(operator);
  if (part !== undefined) return part.compares;
  return NUMBER_FORMS.has(operator) ? 'numbers' : 'text';
}
