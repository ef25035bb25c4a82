/** Records in memory stand for those on disk, and for no others. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecentRecords } from '../../../../src/exporters/spool/recent-records.ts';
import { aMessage } from '../../../support/messages.ts';

const ALL = { records: 100, bytes: 1e9 };
const MIB = 1024 * 1024;

function fill(records: RecentRecords, numbers: readonly number[], size = 100): void {
  records.keep(numbers.map((sequence) => ({ sequence, message: aMessage(sequence), size })));
}

function numbers(records: RecentRecords, from: number, limit = ALL): readonly number[] | undefined {
  return records.from(from, limit)?.map(({ sequence }) => sequence);
}

describe('recent records', () => {
  it('are those from a number on, over numbers that are missing', () => {
    const records = new RecentRecords();
    fill(records, [3, 4, 7]);

    assert.deepStrictEqual(numbers(records, 3), [3, 4, 7]);
    assert.deepStrictEqual(numbers(records, 5), [7]);
    assert.deepStrictEqual(numbers(records, 8), []);
  });

  it('are none where the first may be on disk', () => {
    const records = new RecentRecords();

    assert.equal(numbers(records, 1), undefined);
    fill(records, [3, 4]);
    assert.equal(numbers(records, 2), undefined);
  });

  it('end at the limit, after at least one', () => {
    const records = new RecentRecords();
    fill(records, [1, 2, 3]);

    assert.deepStrictEqual(numbers(records, 1, { records: 2, bytes: 1e9 }), [1, 2]);
    assert.deepStrictEqual(numbers(records, 1, { records: 9, bytes: 1 }), [1]);
  });

  it('are let go of when they are too large together, oldest first', () => {
    const records = new RecentRecords();
    fill(records, [1, 2, 3, 4, 5], 2 * MIB);

    assert.equal(numbers(records, 1), undefined);
    assert.deepStrictEqual(numbers(records, 2), [2, 3, 4, 5]);
  });

  it('are forgotten through a number', () => {
    const records = new RecentRecords();
    fill(records, [1, 2, 3]);
    records.forget(2);

    assert.equal(numbers(records, 2), undefined);
    assert.deepStrictEqual(numbers(records, 3), [3]);
    records.forget(3);
    fill(records, [4]);
    assert.deepStrictEqual(numbers(records, 4), [4]);
  });
});
