/** What has to be in every match of an expression. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requiredLiterals } from '../../../../src/rules/detection/pattern/required-literals.ts';

const CASES: readonly (readonly [string, readonly string[] | undefined])[] = [
  ['curl', ['curl']],
  ['cu.l', ['cu']],
  ['a+bcd', ['bcd']],
  ['x*curl', ['curl']],
  ['(curl|wget) -', ['curl', 'wget']],
  ['(?:curl|wget)?-o', ['-o']],
  ['curl|', undefined],
  ['[abc]{2}', undefined],
  ['\\bcurl\\b', ['curl']],
  ['\\.sh$', ['.sh']],
  ['(ab){2,}', ['ab']],
  ['(ab){0,2}c', ['c']],
  ['\\s+-O\\s', ['-O']],
  ['[]x]yz', ['yz']],
  ['(?i)curl', ['curl']],
  ['(?i:curl)x', ['curlx']],
  ['(?U)curl', undefined],
  ['a\\pLb', undefined],
  ['', undefined],
];

describe('requiredLiterals', () => {
  for (const [pattern, expected] of CASES) {
    it(`of ${pattern} are ${JSON.stringify(expected)}`, () => {
      assert.deepStrictEqual(requiredLiterals(pattern), expected);
    });
  }
});
