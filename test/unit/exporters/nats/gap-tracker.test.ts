/** Numbers that never came are told once, and those that came late or twice are no gap. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  GapTracker,
  type NumberRange,
} from '../../../../src/exporters/sinks/nats/consume/gap-tracker.ts';

function range(first: number, last: number, changes: Partial<NumberRange> = {}): NumberRange {
  return { node: 'node-1', series: 's', first, last, ...changes };
}

function taken(tracker: GapTracker, ranges: readonly NumberRange[]): readonly NumberRange[] {
  for (const one of ranges) tracker.take(one, 1000);
  return tracker.overdue(1000);
}

describe('GapTracker', () => {
  const cases: readonly (readonly [string, readonly NumberRange[], readonly NumberRange[]])[] = [
    ['nothing in a row', [range(5, 5), range(6, 6), range(7, 9), range(10, 10)], []],
    ['what is missing', [range(1, 1), range(4, 4), range(5, 5)], [range(2, 3)]],
    ['nothing twice', [range(1, 1), range(2, 2), range(1, 1), range(2, 2), range(3, 3)], []],
    ['nothing of what overlaps', [range(1, 5), range(3, 8), range(9, 9)], []],
    ['each of two gaps', [range(1, 1), range(3, 3), range(5, 5)], [range(2, 2), range(4, 4)]],
    ['nothing between nodes', [range(1, 1), range(9, 9, { node: 'node-2' })], []],
    ['nothing between series', [range(1, 1), range(9, 9, { series: 't' })], []],
  ];
  for (const [what, ranges, expected] of cases) {
    it(`reports ${what}`, () => assert.deepStrictEqual(taken(new GapTracker(), ranges), expected));
  }

  it('tells of a hole only when it is old enough, and once', () => {
    const tracker = new GapTracker();
    tracker.take(range(1, 1), 1000);
    tracker.take(range(4, 4), 2000);

    const told = [tracker.overdue(1999), tracker.overdue(2000), tracker.overdue(9999)];

    assert.deepStrictEqual(told, [[], [range(2, 3)], []]);
  });

  it('forgets a hole that is filled late, in parts', () => {
    const tracker = new GapTracker();
    const all = [range(1, 1), range(10, 10), range(4, 5), range(2, 3), range(6, 8)];

    assert.deepStrictEqual(taken(tracker, all), [range(9, 9)]);
  });

  it('goes on where it was saved', () => {
    const before = new GapTracker();
    taken(before, [range(1, 1), range(4, 4)]);
    before.take(range(6, 6), 1000);

    const after = GapTracker.load(before.save());

    assert.deepStrictEqual(taken(after, [range(7, 7), range(9, 9)]), [range(5, 5), range(8, 8)]);
  });

  for (const text of ['', '{', 'null', '[1,[2],["a",null],["a",{"last":"x","holes":[]}]]']) {
    it(`starts anew from ${JSON.stringify(text)}`, () =>
      assert.equal(GapTracker.load(text).save(), '[]'));
  }
});
