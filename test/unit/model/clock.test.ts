/** BootClock: boot time to RFC 3339. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BootClock } from '../../../src/model/clock.ts';

const BOOTED_NS = 1_666_063_000_000_000_000n;

describe('BootClock', () => {
  const cases: readonly (readonly [string, bigint, string])[] = [
    ['prints all nine digits', 1_273_546_829n, '2022-10-18T03:16:41.273546829Z'],
    ['keeps a zero inside the last group', 1_288_035_850n, '2022-10-18T03:16:41.288035850Z'],
    ['drops a last group of zeros', 1_615_000_000n, '2022-10-18T03:16:41.615Z'],
    ['drops only whole groups', 1_000_120_000n, '2022-10-18T03:16:41.000120Z'],
    ['prints no fraction for a full second', 1_000_000_000n, '2022-10-18T03:16:41Z'],
  ];
  for (const [behaviour, timeNs, expected] of cases) {
    it(behaviour, () => {
      assert.equal(new BootClock(BOOTED_NS).toIso(timeNs), expected);
    });
  }

  it('tells two seconds apart and comes back to the first', () => {
    const clock = new BootClock(BOOTED_NS);

    const texts = [1_000_000_001n, 2_000_000_001n, 1_000_000_002n].map((ns) => clock.toIso(ns));

    assert.deepStrictEqual(texts, [
      '2022-10-18T03:16:41.000000001Z',
      '2022-10-18T03:16:42.000000001Z',
      '2022-10-18T03:16:41.000000002Z',
    ]);
  });

  it('goes by the new offset after a refresh', () => {
    const clock = new BootClock(BOOTED_NS);
    clock.toIso(1_000_000_000n);

    clock.refresh(BOOTED_NS + 500_000_000n);

    assert.equal(clock.toIso(1_000_000_000n), '2022-10-18T03:16:41.500Z');
  });
});
