/** Hostile text on a terminal: what is shown instead. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { neutralPath, neutralText } from '../../../src/model/neutral-text.ts';

describe('neutralText', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['leaves ordinary text', 'Grüße, 世界 🚀 \\n', 'Grüße, 世界 🚀 \\n'],
    ['names line ends and tabs', 'a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['shows escapes', '\u001b[31m\u007f', '\\x1b[31m\\x7f'],
    ['shows C1 controls', '\u009b31m', '\\x9b31m'],
    ['shows bidi controls', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['shows zero-width characters', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
    ['shows line and paragraph separators', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['shows tags', '\u{e0041}', '\\u{e0041}'],
    ['shows half of a surrogate pair', 'a\ud83db', 'a\\ud83db'],
  ];
  for (const [behaviour, text, expected] of cases) {
    it(behaviour, () => assert.equal(neutralText(text, 100), expected));
  }

  it('keeps text of exactly the width and cuts one more', () => {
    assert.equal(neutralText('abcd', 4), 'abcd');
    assert.equal(neutralText('abcde', 4), 'abc…');
  });

  it('counts what it prints, not what it was given', () => {
    assert.equal(neutralText('\n\n\n', 4), '\\n\\…');
  });

  it('does not cut a character in two', () => {
    assert.equal(neutralText('ab🚀🚀', 4), 'ab…');
  });
});

describe('neutralPath', () => {
  it('quotes paths with spaces, quotes or brackets, and no others', () => {
    assert.deepStrictEqual(
      ['/a b', '/a"b c', '/a[', '/a-b_c.d'].map((path) => neutralPath(path, 100)),
      ['"/a b"', '"/a\\"b c"', '"/a["', '/a-b_c.d'],
    );
  });
});
