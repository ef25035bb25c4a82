/** Expressions that capture, and those that cannot be had. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileTextPattern } from '../../../../../src/rules/detection/pattern/text-pattern.ts';

function captured(pattern: string, text: string): unknown {
  const compiled = compileTextPattern(pattern);
  if (typeof compiled === 'string') return compiled;
  return compiled.captures(text).map(([start, end]) => text.slice(start, end));
}

describe('compileTextPattern', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['--pass (\\S+)', '--pass one --pass two', ['one', 'two']],
    ['--pass (\\S+)', '--user me', []],
    ['(a)|(b)', 'ab', ['a', 'b']],
    ['secret', 'a secret', ['secret']],
    ['x*', 'ab', []],
  ];
  for (const [pattern, text, expected] of cases) {
    it(`captures ${JSON.stringify(expected)} of ${text} by ${pattern}`, () =>
      assert.deepStrictEqual(captured(pattern, text), expected));
  }

  it('takes the rest as a whole when there are too many matches', () => {
    const compiled = compileTextPattern('a');

    assert.ok(typeof compiled !== 'string');
    assert.deepStrictEqual(compiled.captures('a'.repeat(3000)).at(-1), [1000, 3000]);
  });

  for (const pattern of ['(', '(?=a)', 'a'.repeat(5000)]) {
    it(`says what is wrong with ${pattern.slice(0, 8)}`, () =>
      assert.equal(typeof compileTextPattern(pattern), 'string'));
  }
});
