/** Losses by name, and those that took a number. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countRingFull, nameLosses } from '../../../../src/engine/records/losses.ts';

const base = { reason: 1, recordKind: 1, hookId: 0, cgroupId: 2n ** 60n, count: 3 };
const losses = [
  base,
  { ...base, reason: 2, recordKind: 4, hookId: 5, count: 7 },
  { ...base, reason: 1, recordKind: 4, hookId: 6, count: 11 },
  { ...base, reason: 1, recordKind: 5, count: 13 },
  { ...base, reason: 99, count: 13 },
];

describe('losses', () => {
  it('have the names of reason, kind and hook', () => {
    const cgroupId = '1152921504606846976';

    assert.deepStrictEqual(
      nameLosses(losses, (id) => `hook-${id}`),
      [
        { reason: 'ring_full', recordKind: 'exec', hook: '', cgroupId, count: 3 },
        { reason: 'scratch_busy', recordKind: 'hook', hook: 'hook-5', cgroupId, count: 7 },
        { reason: 'ring_full', recordKind: 'hook', hook: 'hook-6', cgroupId, count: 11 },
        { reason: 'ring_full', recordKind: 'loader', hook: 'loader', cgroupId, count: 13 },
      ],
    );
  });

  it('count toward missing numbers only where a ring was full', () => {
    assert.equal(countRingFull(losses), 27);
    assert.equal(countRingFull([]), 0);
  });
});
