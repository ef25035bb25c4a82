/** When the agent gives memory back. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';
import { IdleCollector } from '../../../src/cli/idle-collector.ts';

const LOOK_MS = 2000;

/** Some 32 MB of heap that stay, so that there is growth to look at. */
const BALLAST: readonly number[] = new Array<number>(4_000_000).fill(0);

describe('IdleCollector', () => {
  let received: number;
  let trims: number;

  beforeEach(() => {
    received = 0;
    trims = 0;
  });

  function start(t: { after(fn: () => void): void }, isReady = false): void {
    mock.timers.enable({ apis: ['setInterval'] });
    const collector = new IdleCollector({
      received: () => received,
      isReady: () => isReady,
      trim: () => {
        trims += 1;
      },
    });
    t.after(() => {
      collector.close();
      mock.timers.reset();
    });
  }

  it('collects when it is quiet, and not again before the heap has grown', (t) => {
    start(t);

    mock.timers.tick(LOOK_MS);
    mock.timers.tick(LOOK_MS);

    assert.equal(trims, 1);
    assert.equal(BALLAST.length, 4_000_000);
  });

  it('leaves the heap as it is when somebody may have to be answered', (t) => {
    start(t, true);

    mock.timers.tick(LOOK_MS);

    assert.equal(trims, 0);
  });

  it('waits while records come in', (t) => {
    start(t);

    received = 1_000_000;
    mock.timers.tick(LOOK_MS);
    assert.equal(trims, 0);
    mock.timers.tick(LOOK_MS);

    assert.equal(trims, 1);
  });
});
