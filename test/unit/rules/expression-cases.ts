/** Cases about the expressions of CelExpr. */

import { aFileHook, aSelector } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

/** `arg0` is a file and `arg1` an int. */
function anExpression(text: string): string {
  return aSelector(`matchArgs: [{args: [0, 1], operator: CelExpr, values: ['${text}']}]`);
}

/** `count` alternatives that no condition can join. */
function alternatives(count: number): string {
  const one = (number: number): string => `arg1 == ${number} && arg0 == "/${number}"`;
  return Array.from({ length: count }, (_, number) => one(number)).join(' || ');
}

/** Mistakes and their twins. */
export const EXPRESSION_CASES: readonly CodeCase[] = [
  {
    name: 'an expression that does not end',
    code: 'POLICY_EXPRESSION_INVALID',
    bad: anExpression('arg1 == (4'),
    good: anExpression('arg1 == (4)'),
  },
  {
    name: 'an operator that CEL does not have',
    code: 'POLICY_EXPRESSION_INVALID',
    bad: anExpression('arg1 & 4 != 0'),
    good: anExpression('and(arg1, 4) != 0'),
  },
  {
    name: 'a name that no argument has',
    code: 'POLICY_EXPRESSION_INVALID',
    bad: anExpression('arg2 == 4'),
    good: anExpression('arg1 == 4'),
  },
  {
    name: 'a text where a number should be',
    code: 'POLICY_EXPRESSION_INVALID',
    bad: anExpression('arg1 == "4"'),
    good: anExpression('arg0 == "/4"'),
  },
  {
    name: 'a constant that the type cannot hold',
    code: 'POLICY_EXPRESSION_INVALID',
    bad: anExpression('arg1 == 0xffffffff'),
    good: anExpression('arg1 == int32(0xffffffff)'),
  },
  {
    name: 'a pattern that is more than a text with anchors',
    code: 'POLICY_EXPRESSION_UNSUPPORTED',
    bad: anExpression('arg0.matches("^/etc/.*[.]conf$")'),
    good: anExpression('arg0.matches("^/etc/") && arg0.endsWith(".conf")'),
  },
  {
    name: 'a product of an argument',
    code: 'POLICY_EXPRESSION_UNSUPPORTED',
    bad: anExpression('arg1 * 2 == 4'),
    good: anExpression('arg1 == 2 * 2'),
  },
  {
    name: 'more alternatives than a hook has selectors',
    code: 'POLICY_EXPRESSION_TOO_LARGE',
    bad: anExpression(alternatives(65)),
    good: anExpression(alternatives(64)),
  },
  {
    name: 'more alternatives of several selectors together',
    code: 'POLICY_EXPRESSION_TOO_LARGE',
    bad: aFileHook(`selectors: [${[40, 25].map(aSelectorOf).join()}]`),
    good: aFileHook(`selectors: [${[40, 24].map(aSelectorOf).join()}]`),
  },
  {
    name: 'conditions that exclude each other',
    code: 'POLICY_EXPRESSION_CONSTANT',
    bad: anExpression('arg1 > 4 && arg1 < 4'),
    good: anExpression('arg1 > 4 && arg1 < 6'),
  },
  {
    name: 'conditions that leave nothing out',
    severity: 'warning',
    code: 'POLICY_EXPRESSION_CONSTANT',
    bad: anExpression('arg1 > 4 || arg1 <= 4'),
    good: anExpression('arg1 > 4 || arg1 < 4'),
  },
];

function aSelectorOf(count: number): string {
  const values = `['${alternatives(count)}']`;
  return `{matchArgs: [{args: [0, 1], operator: CelExpr, values: ${values}}]}`;
}
