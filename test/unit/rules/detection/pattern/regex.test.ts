/** Expressions of rules find what those of JavaScript find, where both mean the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRegex } from '../../../../../src/rules/detection/pattern/regex.ts';
import { aRandom, one, type Random } from '../../../../support/random.ts';

const EXPRESSIONS = 2_000;
const TEXTS = 10;
const ATOMS = ['a', 'b', '.', '[ab]', '[^a]', '(a|bc)', '\\b', '\\B', '^', '$', '\\s', '\\w', 'c'];
const REPEATS = ['', '', '', '*', '+', '?', '{2}', '{1,3}', '*?'];
const LETTERS = ['a', 'b', 'c', 'B', ' ', '\n', '_', '-'];
const CANNOT_REPEAT = new Set(['\\b', '\\B', '^', '$']);

function aPattern(random: Random): string {
  const atoms = Array.from({ length: 1 + random(6) }, () => {
    const atom = one(random, ATOMS);
    return `${atom}${CANNOT_REPEAT.has(atom) ? '' : one(random, REPEATS)}`;
  });
  return atoms.map((atom) => (random(6) === 0 ? `${atom}|` : atom)).join('');
}

function aText(random: Random): string {
  return Array.from({ length: random(9) }, () => one(random, LETTERS)).join('');
}

/** Compares for some texts; gives in how many of them something was found. */
function compare(random: Random, isWhole: boolean): number {
  const pattern = aPattern(random);
  const flags = one(random, isWhole ? ['', 'i', 's'] : ['', 'i', 's', 'm']);
  const regex = compileRegex({ pattern, flags, isWhole });
  assert.ok(typeof regex !== 'string');
  const expected = new RegExp(isWhole ? `^(?:${pattern})$` : pattern, flags);
  const texts = Array.from({ length: TEXTS }, () => aText(random));
  for (const text of texts) {
    const about = `/${pattern}/${flags} in ${JSON.stringify(text)}`;
    assert.equal(regex.matches(text), expected.test(text), about);
  }
  return texts.filter((text) => regex.matches(text)).length;
}

describe('compileRegex', () => {
  for (const isWhole of [false, true]) {
    it(`finds what RegExp finds${isWhole ? ', in whole texts' : ''}`, () => {
      const random = aRandom(isWhole ? 1 : 2);
      let matches = 0;

      for (let number = 0; number < EXPRESSIONS; number += 1) matches += compare(random, isWhole);

      assert.ok(matches > EXPRESSIONS / 2 && matches < EXPRESSIONS * (TEXTS - 1), `${matches}`);
    });
  }

  it('says what is wrong with an expression that needs backtracking', () => {
    assert.equal(typeof compileRegex({ pattern: '(a)\\1', flags: '', isWhole: false }), 'string');
  });
});
