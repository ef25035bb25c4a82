/** Patterns of lists: what they match, what is refused, and that no pattern takes long. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PatternError } from '../../../src/rules/policy/pattern/parse-pattern.ts';
import { Pattern } from '../../../src/rules/policy/pattern/pattern.ts';

const TEXTS = [
  ...['', 'a', 'b', 'ab', 'aab', 'abc', 'ba', 'security_file_open', 'security_path_mkdir'],
  ...[
    '__x64_sys_dup',
    '__x64_sys_dup2',
    '__x64_sys_dup3',
    'ksys_write',
    'a-b',
    'a]b',
    'a.b',
    '{2}',
  ],
];

const PATTERNS = [
  ...['', 'a', '^a', 'a$', '^a$', '^$', 'ab|ba', '^(a|b)+$', '(?:ab)?c', 'a*b', 'a+?b', '.', '^.$'],
  ...[
    '^security_(file|path)_',
    'sys_dup[23]?$',
    '[^a-z_0-9]',
    'a[-.]b',
    '[]]',
    '\\.',
    '\\d',
    '\\W',
  ],
  ...['^a{2}b', '^[ab]{2,3}$', 'a{0,1}b$', '^(a{1,}|b)b?$', '(a|)b', '^\\w{18}$', '[\\d_]w'],
];

describe('patterns', () => {
  for (const pattern of PATTERNS) {
    it(`finds /${pattern}/ where JavaScript does`, () => {
      const found = TEXTS.filter((text) => new Pattern(pattern).matches(text));

      // `]` first in a set stands for itself here, as in POSIX and Go.
      const expected = new RegExp(pattern.replace('[]]', '[\\]]'));
      assert.deepStrictEqual(
        found,
        TEXTS.filter((text) => expected.test(text)),
      );
    });
  }

  for (const pattern of [
    '(',
    ')',
    '[a',
    '*',
    '{2}',
    'a**',
    'a{3,2}',
    'a{65}',
    '\\1',
    '(?=a)',
    '\\',
    '[b-a]',
  ]) {
    it(`refuses ${pattern}`, () => {
      assert.throws(() => new Pattern(pattern), PatternError);
    });
  }

  it('refuses what expands to too much', () => {
    assert.throws(() => new Pattern('((a{60}){60}){60}'), PatternError);
    assert.throws(() => new Pattern('('.repeat(10_000)), PatternError);
  });

  it('takes no longer for a pattern that would backtrack', () => {
    const pattern = new Pattern('^(a+)+(a|aa)*$');
    const started = performance.now();

    assert.equal(pattern.matches(`${'a'.repeat(5_000)}b`), false);

    assert.ok(performance.now() - started < 2_000);
  });
});
