/** Sequence numbers add up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countMissing } from '../../../../src/engine/records/sequence.ts';

describe('sequence accounting', () => {
  const cases: readonly (readonly [string, Parameters<typeof countMissing>[0], number])[] = [
    ['nothing when all arrived', { first: 0, last: 10, received: 10, ringFull: 0 }, 0],
    ['nothing when the rest was counted', { first: 0, last: 10, received: 7, ringFull: 3 }, 0],
    ['what nobody accounts for', { first: 0, last: 10, received: 7, ringFull: 1 }, 2],
    ['only what came after the start', { first: 100, last: 110, received: 9, ringFull: 0 }, 1],
    ['nothing when counts ran ahead', { first: 0, last: 10, received: 11, ringFull: 0 }, 0],
  ];

  for (const [what, totals, missing] of cases) {
    it(`reports ${what}`, () => {
      assert.equal(countMissing(totals), missing);
    });
  }
});
