/** Ranges as prefixes: every number inside is covered, and none outside. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { biasOf, coverRange, parseRangeKey } from '../../../../src/engine/sensors/range-cover.ts';
import type { NumberRange } from '../../../../src/model/plan.ts';

const UNSIGNED: readonly (readonly [bigint, bigint])[] = [
  [0n, 0n],
  [0n, 2n ** 64n - 1n],
  [1n, 2n ** 64n - 2n],
  [10n, 20n],
  [4095n, 4097n],
  [2n ** 63n, 2n ** 63n],
];
const SIGNED: readonly (readonly [bigint, bigint])[] = [
  [-(2n ** 63n), 2n ** 63n - 1n],
  [-1n, 0n],
  [-100n, -90n],
  [5n, 5n],
];

function isCovered(keys: readonly string[], value: bigint, isSigned: boolean): boolean {
  const biased = BigInt.asUintN(64, value + biasOf(isSigned));
  return keys.map(parseRangeKey).some((key) => {
    const block = BigInt(64 - key.bits);
    return biased >> block === key.value >> block;
  });
}

function check({ min, max }: NumberRange, isSigned: boolean): void {
  const keys = coverRange({ min, max }, isSigned);
  const [lowest, highest] = isSigned ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  const probes = [min - 1n, min, min + 1n, (min + max) / 2n, max - 1n, max, max + 1n, 0n];
  for (const probe of probes.filter((value) => value >= lowest && value <= highest)) {
    const isInside = min <= probe && probe <= max;
    assert.equal(isCovered(keys, probe, isSigned), isInside, `${probe} in ${min}..${max}`);
  }
}

describe('coverRange', () => {
  for (const [min, max] of UNSIGNED) {
    it(`covers ${min} to ${max} without a sign`, () => check({ min, max }, false));
  }

  for (const [min, max] of SIGNED) {
    it(`covers ${min} to ${max} with a sign`, () => check({ min, max }, true));
  }

  it('takes one prefix for all numbers and 126 at most', () => {
    assert.deepStrictEqual(
      [
        coverRange({ min: 0n, max: 2n ** 64n - 1n }, false).length,
        coverRange({ min: 1n, max: 2n ** 64n - 2n }, false).length,
      ],
      [1, 126],
    );
  });

  it('covers nothing where the ends are in the wrong order', () => {
    assert.deepStrictEqual(coverRange({ min: 5n, max: 4n }, true), []);
  });
});
