/** Reads one `matchBinaries` entry: which executables a selector is about. */

import type { BinaryMatch } from '../../../model/plan.ts';
import type { Report } from '../report.ts';
import type { BinaryMatchSpec } from '../spec.ts';
import type { YamlNode } from '../syntax/tree.ts';
import { quote } from './context.ts';
import { suggest } from './did-you-mean.ts';
import { readFields, requireField, type Shape } from './fields.ts';
import { checkBinaryPaths } from './never-matches.ts';
import { readText } from './scalars.ts';
import { readBinaryPaths } from './values.ts';

/** Room of a path in the kernel's table of binaries without the terminator. */
const PATH_BYTES_MAX = 255;

const MATCH_BINARIES: Shape = {
  name: 'a matchBinaries entry',
  known: ['operator', 'values'],
  unsupported: ['followChildren'],
};

const OPERATORS: readonly BinaryMatch['operator'][] = ['In', 'NotIn'];
const UNSUPPORTED_OPERATORS = ['Prefix', 'NotPrefix', 'Postfix', 'NotPostfix'];

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
  const values = readBinaryPaths(entry, PATH_BYTES_MAX, report);
  if (operator === undefined) return undefined;
  checkBinaryPaths(values, report);
  return { operator, values };
}

function readOperator(node: YamlNode, report: Report): BinaryMatch['operator'] | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const operator = OPERATORS.find((name) => name === text.value);
  if (operator !== undefined) return operator;
  if (UNSUPPORTED_OPERATORS.includes(text.value)) {
    report.error('POLICY_FEATURE_UNSUPPORTED', text.span, {
      message: `the operator ${quote(text.value)} is not supported for binaries yet`,
      hint: 'list whole paths with `In` or `NotIn`',
    });
  } else {
    report.error('POLICY_OPERATOR_UNKNOWN', text.span, {
      message: `there is no operator ${quote(text.value)} for binaries`,
      hint: suggest(text.value, [...OPERATORS, ...UNSUPPORTED_OPERATORS], 'use `In` or `NotIn`'),
    });
  }
  return undefined;
}
