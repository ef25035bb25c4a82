/** Delays between tries. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Backoff } from '../../../src/kubernetes/api/backoff.ts';

const BOUNDS = { firstMs: 100, maxMs: 1000 };

function delays(random: number, count: number): readonly number[] {
  const backoff = new Backoff(BOUNDS, () => random);
  return Array.from({ length: count }, () => backoff.nextMs(0));
}

describe('a backoff', () => {
  it('doubles up to its bound', () => {
    assert.deepStrictEqual(delays(1, 6), [100, 200, 400, 800, 1000, 1000]);
  });

  it('is spread over half of the delay', () => {
    assert.deepStrictEqual(delays(0, 6), [50, 100, 200, 400, 500, 500]);
  });

  it('begins anew after success', () => {
    const backoff = new Backoff(BOUNDS, () => 1);
    backoff.nextMs(0);
    backoff.nextMs(0);

    backoff.reset();

    assert.equal(backoff.nextMs(0), 100);
  });

  it('waits as long as the server asks for, and no longer than five minutes', () => {
    const backoff = new Backoff(BOUNDS, () => 0);

    assert.deepStrictEqual(
      [backoff.nextMs(7000), backoff.nextMs(86_400_000), backoff.nextMs(10)],
      [7000, 300_000, 200],
    );
  });
});
