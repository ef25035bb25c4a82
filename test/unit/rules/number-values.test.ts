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
];

describe('number values', () => {
  for (const [type, operator, written, expected] of TABLE) {
    it(`reads ${written} of type ${type} with ${operator}`, () => {
      const match = compileMatch(type, `operator: ${operator}, values: [${written}]`);

      assert.deepStrictEqual(match, { kind: 'number', argument: 0, operator, values: [expected] });
    });
  }

  it('keeps one of two spellings of the same number', () => {
    const match = compileMatch('int', 'operator: Equal, values: [-1, 0xffffffff, 4]');

    assert.deepStrictEqual(match?.values, [0xffff_ffff_ffff_ffffn, 4n]);
  });

  for (const written of ['1.0', '1_000', '0x', '08', '--1', '1 2', '٣', 'true', '.inf']) {
    it(`refuses ${written}`, () => {
      assert.equal(compileMatch('int', `operator: Equal, values: ["${written}"]`), undefined);
    });
  }
});
