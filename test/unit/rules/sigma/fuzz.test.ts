/** Whatever a text says, Sigma's front end answers and does not throw. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import { aRandom, one } from '../../../support/random.ts';
import { CONDITION_CASES, LOGSOURCE_CASES } from './condition-cases.ts';
import { VALUE_CASES } from './sigma-cases.ts';

const SEED = 11;
const ROUNDS = 4_000;
const PIECES = [
  '|',
  '*',
  "'",
  '{',
  '}',
  '[',
  ']',
  ':',
  '\n',
  ' of ',
  'not ',
  '(',
  '%',
  '\\',
  '-',
  '\0',
];

describe("Sigma's front end", () => {
  it(`answers to ${ROUNDS} texts that were damaged, seed ${SEED}`, () => {
    const random = aRandom(SEED);
    const cases = [...VALUE_CASES, ...CONDITION_CASES, ...LOGSOURCE_CASES];
    let good = 0;

    for (let round = 0; round < ROUNDS; round += 1) {
      const { detection, logsource = 'category: process_creation' } = one(random, cases);
      let text = `title: x\nlogsource: {${logsource}}\ndetection: ${detection}\n`;
      for (let cut = random(3); cut > 0; cut -= 1) {
        const at = random(text.length);
        text = text.slice(0, at) + one(random, PIECES) + text.slice(at + random(4));
      }

      const { rules, diagnostics } = compileSigma([{ file: 'x', text }]);

      assert.ok(rules.length > 0 || diagnostics.length > 0, text);
      if (diagnostics.length === 0) good += 1;
    }
    assert.ok(good > 0 && good < ROUNDS);
  });
});
