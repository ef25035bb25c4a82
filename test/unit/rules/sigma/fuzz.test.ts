/** Whatever a text says, Sigma's front end answers and does not throw. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { EVENT_CLASSES, type EventClass } from '../../../../src/model/event-class.ts';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import { aFieldSource } from '../../../support/detection-events.ts';
import { aRandom, one, type Random } from '../../../support/random.ts';
import { repositoryRoot } from '../../../support/root.ts';
import { CONDITION_CASES, LOGSOURCE_CASES } from './condition-cases.ts';
import { VALUE_CASES } from './sigma-cases.ts';

const SEED = 11;
const ROUNDS = 4_000;
const CORPUS_ROUNDS = 300;
const PIECES = [
  ...['|', '*', "'", '{', '}', '[', ']', ':', '\n', ' of ', 'not ', '(', '%', '\\', '-', '\0'],
  ...['null', 'true', '0', '|all', '|re', '|neq', '|exists', '|cidr', '|hour', '|base64', '\ud800'],
];

const EVENT = aFieldSource('process.exec', { 'process.exe.path': '/a', 'process.uid': 0 });

/** Texts that are written and evaluated without a throw. */
function answer(text: string): number {
  const { rules, diagnostics } = compileSigma([{ file: 'x', text }]);
  for (const { location, message } of diagnostics) {
    assert.ok(location.line >= 1 && location.column >= 1 && message !== '', text);
  }
  new RuleIndex(rules.filter((rule) => rule.kind === 'event')).evaluate(EVENT);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  assert.ok(rules.length + diagnostics.length > 0 || !/detection/.test(text), text);
  return errors;
}

function damage(text: string, random: Random): string {
  let damaged = text;
  for (let cut = 1 + random(3); cut > 0; cut -= 1) {
    const at = random(damaged.length);
    damaged = damaged.slice(0, at) + one(random, PIECES) + damaged.slice(at + random(4));
  }
  return damaged;
}

describe("Sigma's front end", () => {
  it(`answers to ${ROUNDS} texts that were damaged, seed ${SEED}`, () => {
    const random = aRandom(SEED);
    const cases = [...VALUE_CASES, ...CONDITION_CASES, ...LOGSOURCE_CASES];
    let good = 0;

    for (let round = 0; round < ROUNDS; round += 1) {
      const { detection, logsource = 'category: process_creation' } = one(random, cases);
      const text = `title: x\nlogsource: {${logsource}}\ndetection: ${detection}\n`;
      if (answer(damage(text, random)) === 0) good += 1;
    }
    assert.ok(good > 0 && good < ROUNDS);
  });

  it(`answers to ${CORPUS_ROUNDS} files with lines of others, seed ${SEED}`, () => {
    const random = aRandom(SEED);
    const folder = join(repositoryRoot(), 'test/rules/sigma/rules');
    const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const lines = files.flatMap((text) => text.split('\n'));
    let bad = 0;

    for (let round = 0; round < CORPUS_ROUNDS; round += 1) {
      const text = one(random, files).split('\n');
      for (let cut = 1 + random(4); cut > 0; cut -= 1) {
        text.splice(random(text.length), random(3), one(random, lines));
      }
      if (answer(text.join('\n')) > 0) bad += 1;
    }
    assert.ok(bad > 0);
  });

  it('answers to any class and any logsource', () => {
    const names = [...Object.keys(EVENT_CLASSES), 'auditd', '__proto__', 'constructor', ''];

    for (const name of names as EventClass[]) {
      for (const key of ['category', 'service', 'product']) {
        answer(`title: x\nlogsource: {${key}: '${name}'}\ndetection: {s: [a], condition: s}\n`);
      }
    }
  });
});
