/** Two messages never have one id. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RepeatedIds } from '../../../../src/cli/delivery/repeated-ids.ts';

describe('RepeatedIds', () => {
  it('numbers what is repeated, and leaves the others as they are', () => {
    const ids = new RepeatedIds();

    assert.deepStrictEqual(
      ['a', 'b', 'a', 'c', 'a', 'b'].map((id) => ids.next(id)),
      ['a', 'b', 'a-2', 'c', 'a-3', 'b-2'],
    );
  });

  it('remembers the last ones only', () => {
    const ids = new RepeatedIds();
    ids.next('a');
    for (let number = 0; number < 1023; number += 1) ids.next(`n${number}`);
    const before = ids.next('a');
    for (let number = 0; number < 1024; number += 1) ids.next(`m${number}`);

    assert.deepStrictEqual([before, ids.next('a')], ['a-2', 'a']);
  });
});
