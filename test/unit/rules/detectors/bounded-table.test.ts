/** Tables of detectors: bounded, and forgetful by the time of events. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BoundedTable,
  plainText,
} from '../../../../src/rules/detection/typescript/bounded-table.ts';
import { aRandom } from '../../../support/random.ts';

describe('a table', () => {
  it('lets go of what was set longest ago when it is full', () => {
    const table = new BoundedTable({ entriesMax: 2 }, { nowMs: 0 });
    for (const key of ['a', 'b', 'a', 'c']) table.set(key, key);

    assert.deepStrictEqual(
      [table.get('a'), table.get('b'), table.get('c'), table.size, table.evicted],
      ['a', undefined, 'c', 2, 1],
    );
  });

  it('forgets what was not set again in time, and nothing before', () => {
    const clock = { nowMs: 0 };
    const table = new BoundedTable({ entriesMax: 9, forgetAfterMs: 100 }, clock);
    table.set('old', 1);
    table.set('set again', 1);
    clock.nowMs = 60;
    table.set('set again', 2);
    clock.nowMs = 100;
    const before = [table.get('old'), table.size];
    clock.nowMs = 101;

    assert.deepStrictEqual(before, [1, 2]);
    assert.deepStrictEqual(
      [table.get('old'), table.get('set again'), table.size],
      [undefined, 2, 1],
    );
    assert.equal(table.evicted, 0);
  });

  it('always lets go of the one that was set longest ago, whatever else happens', () => {
    const random = aRandom(7);
    const table = new BoundedTable({ entriesMax: 8 }, { nowMs: 0 });
    let model: string[] = [];
    for (let step = 0; step < 5000; step += 1) {
      const key = String(random(16));
      model = model.filter((each) => each !== key);
      if (random(4) === 0) table.delete(key);
      else {
        table.set(key, step);
        model = [...model, key].slice(-8);
      }
      assert.deepStrictEqual(
        table.save().map(([each]) => each),
        model,
      );
    }
    assert.ok(table.evicted > 500);
  });

  it('forgets nothing when no time is given', () => {
    const clock = { nowMs: 0 };
    const table = new BoundedTable({ entriesMax: 9 }, clock);
    table.set('a', 1);
    clock.nowMs = 1e12;

    assert.equal(table.get('a'), 1);
  });

  it('forgets what is deleted', () => {
    const table = new BoundedTable({ entriesMax: 2 }, { nowMs: 0 });
    table.set('a', 1);
    table.delete('a');

    assert.deepStrictEqual([table.get('a'), table.size], [undefined, 0]);
  });

  it('takes texts of bounded length as keys', () => {
    const table = new BoundedTable({ entriesMax: 2 }, { nowMs: 0 });
    table.set('a'.repeat(1024), 1);

    assert.throws(() => table.set('a'.repeat(1025), 1), RangeError);
    assert.equal(table.size, 1);
  });

  it('is what it was after it was saved and read', () => {
    const clock = { nowMs: 5 };
    const bounds = { entriesMax: 9, forgetAfterMs: 100 };
    const table = new BoundedTable(bounds, clock);
    table.set('a', { b: [1] });
    const saved: unknown = JSON.parse(JSON.stringify(table.save()));
    const restored = new BoundedTable(bounds, clock);
    restored.restore(saved);

    assert.deepStrictEqual(restored.save(), table.save());
    clock.nowMs = 106;
    assert.equal(restored.get('a'), undefined);
  });

  it('takes no more than it has room for, and nothing that it did not save', () => {
    const table = new BoundedTable({ entriesMax: 2 }, { nowMs: 0 });
    table.restore([
      ['a', 1, 0],
      ['b', 1, 0],
      ['c', 1, 0],
      [1, 1, 0],
      ['d', 1],
    ]);
    const other = new BoundedTable({ entriesMax: 2 }, { nowMs: 0 });
    other.restore({ a: 1 });

    assert.deepStrictEqual([table.save(), other.save()], [[], []]);
    table.restore([
      ['a', 1, 0],
      ['b', 1, 0],
      ['c', 1, 0],
    ]);
    assert.deepStrictEqual(table.save(), [
      ['b', 1, 0],
      ['c', 1, 0],
    ]);
  });
});

describe('plain data', () => {
  class Own {
    readonly a = 1;
  }
  const plain: readonly unknown[] = [null, 1, 'a', true, [], [1, ['a']], { a: { b: [null] } }];
  for (const value of plain) {
    it(`is ${JSON.stringify(value)}`, () => {
      assert.deepStrictEqual(JSON.parse(plainText({ value })), { value });
    });
  }

  const other: Readonly<Record<string, unknown>> = {
    'a date': new Date(0),
    'a map': new Map(),
    'a set': new Set(),
    'a function': () => 1,
    'a big number': 1n,
    'no number': Number.NaN,
    'an endless number': Number.POSITIVE_INFINITY,
    'an object of a class': new Own(),
    'a buffer': Buffer.from('a'),
  };
  for (const [name, value] of Object.entries(other)) {
    it(`is not ${name}`, () => {
      assert.throws(() => plainText({ value }), TypeError);
      assert.throws(() => plainText({ a: [{ value }] }), TypeError);
    });
  }

  it('is not what is in itself', () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;

    assert.throws(() => plainText(circle), TypeError);
  });
});
