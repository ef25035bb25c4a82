/** Suggestions for mistyped names. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { editDistance, findNearest } from '../../../src/model/nearest.ts';

describe('editDistance', () => {
  const table: readonly (readonly [string, string, number])[] = [
    ['', '', 0],
    ['open', 'open', 0],
    ['open', 'opn', 1],
    ['open', 'opeen', 1],
    ['open', 'oxen', 1],
    ['open', 'oepn', 1],
    ['open', 'poen', 1],
    ['kitten', 'sitting', 3],
    ['open', '', 4],
    ['abcd', 'dcba', 3],
    ['abcd', 'wxyz', 4],
  ];
  for (const [from, to, distance] of table) {
    it(`counts ${distance} edits from "${from}" to "${to}"`, () => {
      assert.deepStrictEqual(
        [editDistance(from, to, 4), editDistance(to, from, 4)],
        [distance, distance],
      );
    });
  }

  it('stops at the limit', () => {
    assert.equal(editDistance('kitten', 'sitting', 2), 3);
    assert.equal(editDistance('a', 'abcdefgh', 2), 3);
  });
});

describe('findNearest', () => {
  it('takes the nearest of several', () => {
    assert.equal(findNearest('matchArg', ['matchActions', 'matchArgs', 'match']), 'matchArgs');
  });

  it('sees through letter case', () => {
    assert.equal(findNearest('sigkill', ['Signal', 'Sigkill']), 'Sigkill');
  });

  it('suggests nothing that is far away', () => {
    assert.equal(findNearest('podSelector', ['kprobes', 'lsmhooks']), undefined);
    assert.equal(findNearest('ab', ['xy']), undefined);
  });

  it('does not compare very long names', () => {
    const long = 'a'.repeat(65);

    assert.equal(findNearest(long, [long]), undefined);
  });
});
