/** Kills of trees over and over: not one survivor, and nobody else hurt. */
import { describe, it } from 'node:test';
import { killBroods } from '../support/kill-broods.ts';

const RUNS = 200;

describe('kill of a tree', () => {
  it('leaves no survivor in many runs, and does nothing to a tree beside them', async (t) => {
    await killBroods(t, { runs: RUNS });
  });
});
