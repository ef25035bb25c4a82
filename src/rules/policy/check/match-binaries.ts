/** Reads one `matchBinaries` entry: which executables a selector is about. */

import type { BinaryOperator } from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { YamlNode } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import type { BinaryMatchSpec } from '../spec.ts';
import { BOOLEAN, oneOf, valuesOf } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { checkBinaryPaths } from './never-matches.ts';
import { readBoolean, readText } from './scalars.ts';
import type { Shape } from './shape.ts';
import { readBinaryPaths } from './values.ts';

/** Room of a path in the kernel's table of binaries without the terminator. */
const PATH_BYTES_MAX = 255;

const OPERATORS: readonly BinaryOperator[] = [
  'In',
  'NotIn',
  'Prefix',
  'NotPrefix',
  'Postfix',
  'NotPostfix',
];

/** Fields of an entry, also of `matchParentBinaries`. */
export const MATCH_BINARIES: Shape = {
  name: 'a matchBinaries entry',
  fields: {
    operator: {
      type: oneOf(OPERATORS),
      description: '`In` and `NotIn` compare whole paths, the others their beginning or end.',
      isRequired: true,
    },
    values: {
      type: valuesOf(),
      description: 'Paths of executables, such as `/usr/bin/curl`; of a script, its interpreter.',
      isRequired: true,
    },
    followChildren: {
      type: BOOLEAN,
      description: 'Whether processes that these started, at any distance, count as well.',
    },
  },
  unsupported: [],
};

/** Reads an entry; undefined after a report when it cannot be used. */
export function readBinaryMatch(node: YamlNode, report: Report): BinaryMatchSpec | undefined {
  const fields = readFields(node, MATCH_BINARIES, report);
  if (fields === undefined) return undefined;
  const operatorEntry = requireField(fields, 'operator', report);
  const operator = operatorEntry && readOperator(operatorEntry.value, report);
  const entry = fields.entries.get('values');
  if (entry === undefined) {
    const message = 'a matchBinaries entry needs `values`';
    report.error('POLICY_VALUE_MISSING', fields.span, { message });
    return undefined;
  }
  if (operator === undefined) return undefined;
  const isEnd = operator === 'Postfix' || operator === 'NotPostfix';
  const use = { bytesMax: PATH_BYTES_MAX, isAbsolute: !isEnd };
  const values = readBinaryPaths(entry, use, report);
  const isWhole = operator === 'In' || operator === 'NotIn';
  if (isWhole) checkBinaryPaths(values, report);
  const followChildren = readFollowChildren(fields, isWhole, report);
  return { operator, followChildren, values };
}

function readFollowChildren(fields: Fields, isWhole: boolean, report: Report): boolean {
  const entry = fields.entries.get('followChildren');
  const follows = entry !== undefined && readBoolean(entry.value, report) === true;
  if (!follows || isWhole) return follows;
  report.error('POLICY_OPERATOR_TYPE', entry.keySpan, {
    message: '`followChildren` needs whole paths, which parts of paths are not',
    hint: 'use `In` or `NotIn`',
  });
  return false;
}

function readOperator(node: YamlNode, report: Report): BinaryOperator | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const operator = OPERATORS.find((name) => name === text.value);
  if (operator !== undefined) return operator;
  report.error('POLICY_OPERATOR_UNKNOWN', text.span, {
    message: `there is no operator ${quote(text.value)} for binaries`,
    hint: suggest(text.value, OPERATORS, `use one of ${OPERATORS.join(', ')}`),
  });
  return undefined;
}
