/** Expressions: what is checked instead of them, and where their mistakes are. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ArgumentMatch, SelectorPlan } from '../../../src/model/plan.ts';
import { compilePolicies } from '../../../src/rules/index.ts';
import { aPolicy } from './policy-text.ts';

const ARGS = [
  ...['{index: 0, type: string}', '{index: 1, type: int}', '{index: 2, type: size_t}'],
  ...['{index: 3, type: uint8}', '{index: 4, type: int64}', '{index: 5, type: sock}'],
].join();

/** `value` is YAML. */
function aPolicyWith(value: string): string {
  return aPolicy(`  kprobes:
  - call: vfs_something
    syscall: false
    args: [${ARGS}]
    selectors:
    - matchArgs:
      - args: [0, 1, 2, 3, 4]
        operator: CelExpr
        values:
        - ${value}`);
}

function compile(expression: string): SelectorPlan {
  const { plans, diagnostics } = compilePolicies(
    aPolicyWith(`'${expression.replaceAll("'", "''")}'`),
    'policy.yaml',
  );
  const selector = plans[0]?.hooks[0]?.selectors[0];
  assert.ok(selector, JSON.stringify(diagnostics));
  return selector;
}

/** Each alternative as conditions, for tables. */
function lowered(expression: string): readonly string[] {
  const { matchArgs, alternatives = [[]] } = compile(expression);
  return alternatives.map((one) => [...matchArgs, ...one].map(show).join(' & '));
}

function show(match: ArgumentMatch): string {
  switch (match.kind) {
    case 'number':
      return `${match.argument} ${match.operator} ${match.values.join()}`;
    case 'range': {
      const ranges = match.ranges.map(({ min, max }) => `${min}:${max}`);
      return `${match.argument} ${match.operator} ${ranges.join()}`;
    }
    case 'text':
      return `${match.argument} ${match.operator} ${match.values.join()}`;
    case 'pair':
      return `${match.relation} ${match.argument} ${match.other} ${match.operator} ${match.values}`;
    default:
      return match.kind;
  }
}

const MAX = 18446744073709551615n;

const TABLE: readonly (readonly [expression: string, ...alternatives: readonly string[]])[] = [
  ['arg1 == 7', '1 Equal 7'],
  ['7 == arg1', '1 Equal 7'],
  ['arg1 == 0x1F', '1 Equal 31'],
  ['arg1 == -1', `1 Equal ${MAX}`],
  ['arg1 == int32(4294967295)', `1 Equal ${MAX}`],
  ['arg2 == 0xaaaaaaaaaaaaaaaau', '2 Equal 12297829382473034410'],
  ['arg1 != 7', '1 NotEqual 7'],
  ['!(arg1 == 7)', '1 NotEqual 7'],
  ['arg1 in [7, 9, 11]', '1 Equal 7,9,11'],
  ['arg1 in [7, 8, 9]', '1 InRange 7:9'],
  ['!(arg1 in [7, 9])', '1 NotEqual 7,9'],
  ['arg1 == 7 || arg1 == 9', '1 Equal 7,9'],
  ['arg1 > 7', '1 InRange 8:2147483647'],
  ['7 < arg1', '1 InRange 8:2147483647'],
  ['arg1 >= 7 && arg1 < 10', '1 InRange 7:9'],
  ['arg2 > 7', `2 InRange 8:${MAX}`],
  ['arg3 > 7', '3 InRange 8:255'],
  ['arg3 < 300 && arg3 > 7', '3 InRange 8:255'],
  ['arg1 - int32(10) == 5', '1 Equal 15'],
  ['10 - arg1 < 5', '1 InRange -2147483648:-2147483638,6:2147483647'],
  ['arg2 + 1 == 0', `2 Equal ${MAX}`],
  ['arg2 - 5 < 10', '2 InRange 5:14'],
  ['arg4 + 1 > 9223372036854775806', '4 Equal 9223372036854775806'],
  ['int(arg1) + 1 > 2147483647', '1 Equal 2147483647'],
  ['arg1 == 2 * 3 + 10 / 4 - 7 % 4', '1 Equal 5'],
  ['and(arg1, 6) != 0', '1 Mask 6'],
  ['and(arg1, 6) == 0', '1 NotMask 6'],
  ['and(arg1, 6) == 2', '1 Mask 2 & 1 NotMask 4'],
  ['and(arg1, 6) != 2', '1 NotMask 2', '1 Mask 4'],
  ['and(arg1, 1) == 0 && and(arg1, 4) == 0', '1 NotMask 5'],
  ['and(arg1, 1) != 0 || and(arg1, 4) != 0', '1 Mask 5'],
  ['arg0 == "/a"', '0 Equal /a'],
  ["arg0 == '/a'", '0 Equal /a'],
  ['arg0 != "/a"', '0 NotEqual /a'],
  ['arg0 in ["/a", "/b"]', '0 Equal /a,/b'],
  ['!(arg0 in ["/a", "/b"])', '0 NotEqual /a,/b'],
  ['arg0.startsWith("/a") || arg0.startsWith("/b")', '0 Prefix /a,/b'],
  ['arg0.startsWith("/a") && arg0.endsWith("b")', '0 Prefix /a & 0 Postfix b'],
  ['!arg0.endsWith("b")', '0 NotPostfix b'],
  ['arg0.contains("b") == false', '0 NotSubString b'],
  ['arg0.matches("^/a\\\\.b$")', '0 Equal /a.b'],
  ['arg0.matches(r"a\\.b")', '0 SubString a.b'],
  ['arg0 == "\\x41\\u00e9\\n"', '0 Equal Aé\n'],
  ['arg1 == 1 ? arg2 == 2 : arg2 == 3', '1 Equal 1 & 2 Equal 2', '1 NotEqual 1 & 2 Equal 3'],
  ['(arg1 == 1) != (arg2 == 2)', '1 NotEqual 1 & 2 Equal 2', '2 NotEqual 2 & 1 Equal 1'],
  ['(arg1 == 1 || arg1 == 5) && arg2 == 2', '1 Equal 1,5 & 2 Equal 2'],
  ['arg1 == 1 && arg2 == 2 || arg1 == 5 && arg2 == 2', '2 Equal 2 & 1 Equal 1,5'],
  ['arg1 == 1 || arg1 == 1 && arg2 == 2', '1 Equal 1'],
  ['int(arg1) == arg4', 'difference 1 4 Equal 0'],
  ['int(arg1) != arg4 - 3', `difference 1 4 NotEqual ${MAX - 2n}`],
  ['arg4 + int(arg1) == 7', 'sum 4 1 Equal 7'],
  ['int(arg1) < arg4', 'order 1 4 Equal 0'],
  ['!(int(arg1) >= arg4)', 'order 1 4 NotEqual 1,2'],
  ['arg1 - arg1 == 0 && arg2 == 1', '2 Equal 1'],
  ['true && arg1 == 1 // the comment of an expression', '1 Equal 1'],
];

describe('expressions', () => {
  for (const [expression, ...alternatives] of TABLE) {
    it(`checks ${alternatives.join(' or ')} for ${JSON.stringify(expression)}`, () => {
      assert.deepStrictEqual(lowered(expression), alternatives);
    });
  }

  it('name what the hook reads when the entry lists no arguments', () => {
    const [selector] =
      compilePolicies(
        aPolicyWith("'arg1 == 7'").replace('- args: [0, 1, 2, 3, 4]', '- index: 0'),
        '',
      ).plans[0]?.hooks[0]?.selectors ?? [];

    assert.deepStrictEqual(selector?.matchArgs.map(show), ['1 Equal 7']);
  });

  it('count the arguments that the entry lists', () => {
    const [selector] =
      compilePolicies(aPolicyWith("'arg0 == 7'").replace('[0, 1, 2, 3, 4]', '[2]'), '').plans[0]
        ?.hooks[0]?.selectors ?? [];

    assert.deepStrictEqual(selector?.matchArgs.map(show), ['2 Equal 7']);
  });
});

/** YAML, and the part of the file that the diagnostic points at. */
const PLACES: readonly (readonly [yaml: string, code: string, marked: string])[] = [
  ['arg1 == foo', 'POLICY_EXPRESSION_INVALID', 'foo'],
  [`'arg0 == "" || arg1 == foo'`, 'POLICY_EXPRESSION_UNSUPPORTED', '""'],
  [`'arg0 == "it''s" && foo'`, 'POLICY_EXPRESSION_INVALID', 'foo'],
  ['"arg0 == \\"a\\\\x41\\" && foo"', 'POLICY_EXPRESSION_INVALID', 'foo'],
  ['"arg0 == \\"\\U0001F600\\u00e9\\" && foo"', 'POLICY_EXPRESSION_INVALID', 'foo'],
  [
    '>-\n          arg1 == 1 &&\n\n          arg1 -\n            2 == foo',
    'POLICY_EXPRESSION_INVALID',
    'foo',
  ],
  [
    '|\n          arg1 == 1 ||\n          size(arg0) == 3',
    'POLICY_EXPRESSION_UNSUPPORTED',
    'size(arg0)',
  ],
  ['"arg1 == 1 &&\n          foo"', 'POLICY_EXPRESSION_INVALID', 'foo'],
  ["'arg1 == 1 &&'", 'POLICY_EXPRESSION_INVALID', ''],
  ["'arg1 == 1.5'", 'POLICY_EXPRESSION_INVALID', '1'],
  ["'arg1 == arg2'", 'POLICY_EXPRESSION_INVALID', 'arg1 == arg2'],
  ["'arg4 + arg4 == int(arg1)'", 'POLICY_EXPRESSION_UNSUPPORTED', 'arg4 + arg4 == int(arg1)'],
  ["'arg4 + 1 < int(arg1)'", 'POLICY_EXPRESSION_UNSUPPORTED', 'arg4 + 1 < int(arg1)'],
  ["'arg1 == 1u'", 'POLICY_EXPRESSION_INVALID', '1u'],
  ["'arg3 == 1 && int32(arg4) == 3'", 'POLICY_EXPRESSION_UNSUPPORTED', 'int32(arg4)'],
  ["'arg1 in arg2'", 'POLICY_EXPRESSION_INVALID', 'arg2'],
  ["'arg0.name == 1'", 'POLICY_EXPRESSION_INVALID', 'name'],
  ["'arg1 / 0 == 1'", 'POLICY_EXPRESSION_UNSUPPORTED', 'arg1 / 0'],
  ["'1 / 0 == arg1'", 'POLICY_EXPRESSION_INVALID', '0'],
  ["'arg0.contains(arg0)'", 'POLICY_EXPRESSION_UNSUPPORTED', 'arg0.contains(arg0)'],
  ['\'arg0 < "a"\'', 'POLICY_EXPRESSION_UNSUPPORTED', 'arg0 < "a"'],
];

describe('mistakes in expressions', () => {
  for (const [yaml, code, marked] of PLACES) {
    it(`are ${code} at ${JSON.stringify(marked)} in ${JSON.stringify(yaml)}`, () => {
      const text = aPolicyWith(yaml);

      const found = compilePolicies(text, 'policy.yaml').diagnostics;

      assert.deepStrictEqual(
        found.map(({ code: got, location }) => [got, text.slice(location.start, location.end)]),
        [[code, marked]],
      );
    });
  }

  it('never throw, however deep or long they are', () => {
    for (const text of ['('.repeat(4000), '!'.repeat(4000), 'arg1==1||'.repeat(450)]) {
      assert.equal(compilePolicies(aPolicyWith(`'${text}'`), '').plans.length, 0);
    }
  });
});
