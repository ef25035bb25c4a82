/** Health says what was lost on the way to destinations, and nothing when nothing was. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeliveryCounts } from '../../../src/model/delivery-stats.ts';
import { healthOf } from '../../../src/model/health.ts';
import type { AgentStats } from '../../../src/model/stats.ts';

type Drops = Partial<DeliveryCounts['spool']['dropped']>;

function problems(drops: Drops, outbox = 0): readonly string[] {
  const dropped = { bytes: 0, age: 0, disk: 0, buffer: 0, damage: 0, ...drops };
  const delivery = {
    spool: { ...{ appended: 9, tornTails: 0, damagedSegments: 0, bytes: 0, ageMs: 0 }, dropped },
    outbox: { dropped: outbox, damaged: 0, failure: '' },
    ...{ suppressed: 0, sinks: {} },
  };
  const stats: Pick<AgentStats, 'delivery' | 'cluster' | 'detections'> = {
    ...{ delivery, cluster: [], detections: undefined },
  };
  return healthOf(stats).problems;
}

describe('healthOf', () => {
  for (const [drops, clause] of [
    [{ disk: 1 }, '1 events found no room on disk'],
    [{ bytes: 2 }, '2 events were given up as too many waited'],
    [{ buffer: 3 }, '3 events came faster than the disk takes them'],
    [{ damage: 4 }, '4 events were lost to damage of the disk'],
  ] as const) {
    it(`says that ${clause}`, () => assert.deepStrictEqual(problems(drops), [clause]));
  }

  it('says that alerts were given up', () =>
    assert.deepStrictEqual(problems({}, 5), ['5 alerts were given up as too many waited']));

  it('finds nothing wrong with events that nobody took until they were too old', () =>
    assert.deepStrictEqual(problems({ age: 7 }), []));
});
