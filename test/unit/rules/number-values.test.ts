/** What numbers in policies mean to the kernel side. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ArgumentMatch } from '../../../src/model/plan.ts';
import { compilePolicies } from '../../../src/rules/index.ts';
import { aPolicy } from './policy-text.ts';

function compileMatch(type: string, match: string): ArgumentMatch | undefined {
  const args = `args: [{index: 3, type: ${type}}]`;
  const selector = `{matchArgs: [{index: 3, ${match}}]}`;
  const text = aPolicy(`  kprobes: [{call: sys_mount, ${args}, selectors: [${selector}]}]`);
  return compilePolicies(text, 'policy.yaml').plans[0]?.hooks[0]?.selectors[0]?.matchArgs[0];
}

const TABLE: readonly (readonly [string, string, string, bigint])[] = [
  ['int', 'Equal', '7', 7n],
  ['int', 'Equal', '+7', 7n],
  ['int', 'Equal', '"7"', 7n],
  ['int', 'Equal', '0x1F', 31n],
  ['int', 'Equal', '017', 15n],
  ['int', 'Equal', '0o17', 15n],
  ['int', 'Equal', '0b101', 5n],
  ['int', 'Equal', '-1', 0xffff_ffff_ffff_ffffn],
  ['int', 'NotEqual', '0xffffffff', 0xffff_ffff_ffff_ffffn],
  ['int', 'Equal', '0x7fffffff', 0x7fff_ffffn],
  ['int', 'Equal', '0x80000000', 0xffff_ffff_8000_0000n],
  ['int', 'Mask', '0x80000000', 0x8000_0000n],
  ['int', 'Mask', '-1', 0xffff_ffffn],
  ['size_t', 'Equal', '0xffffffff', 0xffff_ffffn],
  ['size_t', 'Equal', '18446744073709551615', 0xffff_ffff_ffff_ffffn],
  ['size_t', 'Mask', '0x8000000000000000', 0x8000_0000_0000_0000n],
  ['uint64', 'Equal', '9007199254740993', 9_007_199_254_740_993n],
  ['int8', 'Equal', '0xff', 0xffff_ffff_ffff_ffffn],
  ['int16', 'Equal', '-2', 0xffff_ffff_ffff_fffen],
  ['long', 'Equal', '-3', 0xffff_ffff_ffff_fffdn],
  ['uint8', 'Equal', '255', 255n],
  ['uint16', 'Mask', '0xf000', 0xf000n],
  ['uint32', 'Equal', '0xffffffff', 0xffff_ffffn],
];

type Range = readonly [bigint, bigint];

const RANGE_TABLE: readonly (readonly [string, string, string, string, Range])[] = [
  ['int', 'GT', '5', 'InRange', [6n, 2n ** 31n - 1n]],
  ['int', 'LT', '-1', 'InRange', [-(2n ** 31n), -2n]],
  ['int8', 'GT', '0xfe', 'InRange', [-1n, 127n]],
  ['uint16', 'LT', '80', 'InRange', [0n, 79n]],
  ['size_t', 'GT', '0', 'InRange', [1n, 2n ** 64n - 1n]],
  ['int', 'InRange', '-5:10', 'InRange', [-5n, 10n]],
  ['int', 'InRange', '7', 'InRange', [7n, 7n]],
  ['uint32', 'NotInRange', '0x10:0x20', 'NotInRange', [16n, 32n]],
  ['uint64', 'InMap', '1:3', 'InRange', [1n, 3n]],
  ['long', 'NotInMap', '-9', 'NotInRange', [-9n, -9n]],
];

describe('number values', () => {
  for (const [type, operator, written, expected] of TABLE) {
    it(`reads ${written} of type ${type} with ${operator}`, () => {
      const match = compileMatch(type, `operator: ${operator}, values: [${written}]`);

      assert.deepStrictEqual(match, { kind: 'number', argument: 0, operator, values: [expected] });
    });
  }

  for (const [type, operator, written, expected, [min, max]] of RANGE_TABLE) {
    it(`reads ${written} of type ${type} with ${operator} as a range`, () => {
      const match = compileMatch(type, `operator: ${operator}, values: ["${written}"]`);

      const isSigned = /^(int|long)/.test(type);
      const ranges = [{ min, max }];
      assert.deepStrictEqual(match, {
        ...{ kind: 'range', argument: 0, operator: expected, isSigned, ranges },
      });
    });
  }

  for (const written of ['5:1', '1:2:3', ':', '1:', '-1:0xffffffffff', 'a:b']) {
    it(`refuses the range ${written}`, () => {
      assert.equal(compileMatch('int', `operator: InRange, values: ["${written}"]`), undefined);
    });
  }

  it('keeps one of two spellings of the same number', () => {
    const match = compileMatch('int', 'operator: Equal, values: [-1, 0xffffffff, 4]');

    const values = [0xffff_ffff_ffff_ffffn, 4n];
    assert.deepStrictEqual(match, { kind: 'number', argument: 0, operator: 'Equal', values });
  });

  for (const written of ['1.0', '1_000', '0x', '08', '--1', '1 2', '٣', 'true', '.inf']) {
    it(`refuses ${written}`, () => {
      assert.equal(compileMatch('int', `operator: Equal, values: ["${written}"]`), undefined);
    });
  }
});
