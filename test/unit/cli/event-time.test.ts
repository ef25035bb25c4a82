/** How late it is by the events that have arrived. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventTime } from '../../../src/cli/event-time.ts';
import { DetectionEngine } from '../../../src/rules/index.ts';
import { aCorrelation, aRule } from '../../support/detection-rules.ts';
import { execs } from '../../support/detector-files.ts';
import { someContext } from '../../support/findings.ts';

const SECOND_NS = 1_000_000_000n;
const MINUTE_NS = 60n * SECOND_NS;
/** At seconds 1, 2 and 3. */
const EVENTS = execs(1, 2, 3);

function startAt(nowNs: bigint): EventTime {
  return new EventTime({ clock: () => nowNs, quietNs: SECOND_NS });
}

describe('EventTime', () => {
  it('is the time of the latest event while events arrive', () => {
    const time = startAt(MINUTE_NS);
    time.see(EVENTS.toReversed());

    assert.deepStrictEqual([time.nowNs(), time.latestNs], [3n * SECOND_NS, 3n * SECOND_NS]);
  });

  it('is the time of the latest event while other records arrive', () => {
    const time = startAt(MINUTE_NS);
    time.see(EVENTS);
    time.nowNs();
    time.see([]);

    assert.equal(time.nowNs(), 3n * SECOND_NS);
  });

  it('goes on with the clock when nothing arrives, some time behind it', () => {
    const time = startAt(MINUTE_NS);
    time.see(EVENTS);
    time.nowNs();

    assert.equal(time.nowNs(), MINUTE_NS - SECOND_NS);
  });

  it('never goes back', () => {
    const time = startAt(3n * SECOND_NS);
    time.see(EVENTS);
    time.nowNs();

    assert.equal(time.nowNs(), 3n * SECOND_NS);
  });

  it('lets a correlation come about on a machine where nothing happens any more', () => {
    const counts: number[] = [];
    const engine = new DetectionEngine({
      ...{ rules: [aRule({ emits: false }), aCorrelation({ bounds: { greaterOrEqual: 3 } })] },
      ...{ context: someContext(), origin: 'node-1/boot' },
      onFinding: ({ count }) => counts.push(count),
    });
    const time = startAt(MINUTE_NS);
    time.see(EVENTS);
    engine.detect(EVENTS);
    const before = counts.length;
    engine.advance(time.nowNs());
    const meanwhile = counts.length;
    engine.advance(time.nowNs());

    assert.deepStrictEqual([before, meanwhile, counts], [0, 0, [3]]);
  });
});
