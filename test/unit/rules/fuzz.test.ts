/** Damaged policies never break the front end: every one gives plans or located errors. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { formatDiagnostic } from '../../../src/model/format-diagnostic.ts';
import { compilePolicies } from '../../../src/rules/index.ts';
import { repositoryRoot } from '../../support/root.ts';
import { smallKernel } from './small-kernel.ts';

const SEED = 0x5eed;
const ROUNDS = 1500;

type Random = (bound: number) => number;

/** A small generator (mulberry32): the same damage on every run. */
function createRandom(seed: number): Random {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const FRAGMENTS: readonly string[] = [
  ...[
    ':',
    '- ',
    '\n',
    '  ',
    '\t',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '#',
    '|',
    '>',
    '? ',
    '!!int ',
  ],
  ...['&a ', '*a', '<<: ', '---\n', '...\n', '%YAML 1.2\n', '\r', '\u0000', '\ud800', '日', '\\x'],
  ...[
    'null',
    '~',
    '-1',
    '0x',
    '99999999999999999999',
    'true',
    '&a [*a, *a]',
    '<<: *a',
    '__proto__',
  ],
];

/** One to four edits: insert a fragment, delete, repeat or move a stretch. */
function damage(text: string, random: Random): string {
  let result = text;
  for (let edits = 1 + random(4); edits > 0; edits -= 1) {
    const at = random(result.length + 1);
    const length = random(30);
    const before = result.slice(0, at);
    const after = result.slice(at);
    const fragment = FRAGMENTS[random(FRAGMENTS.length)] ?? '';
    const choices = [
      before + fragment + after,
      before + after.slice(length),
      before + after.slice(0, length) + after,
      before + result.slice(random(result.length + 1)).slice(0, length) + after,
    ];
    result = choices[random(choices.length)] ?? result;
  }
  return result;
}

function checkOutcome(text: string): 'plans' | 'errors' {
  const { plans, diagnostics } = compilePolicies(text, 'fuzz.yaml', { kernel: smallKernel });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  assert.equal(plans.length > 0, errors.length === 0);
  for (const diagnostic of diagnostics) {
    const { start, end, line, column } = diagnostic.location;
    assert.ok(start >= 0 && start <= end && end <= text.length);
    const lines = text.slice(0, start).split(/\r\n|\n|\r/);
    assert.deepStrictEqual([line, column], [lines.length, (lines.at(-1) ?? '').length + 1]);
    assert.ok(formatDiagnostic(diagnostic, text).includes(diagnostic.code));
  }
  return errors.length === 0 ? 'plans' : 'errors';
}

describe('damaged policies', () => {
  const folder = join(repositoryRoot(), 'policies/examples/quickstart');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

  it(`give plans or located errors, ${ROUNDS} rounds with seed ${SEED}`, () => {
    const random = createRandom(SEED);
    const outcomes = { plans: 0, errors: 0 };

    for (let round = 0; round < ROUNDS; round += 1) {
      const text = damage(texts[random(texts.length)] ?? '', random);
      try {
        outcomes[checkOutcome(text)] += 1;
      } catch (error) {
        throw new Error(`round ${round} broke on ${JSON.stringify(text)}`, { cause: error });
      }
    }

    // Both must occur, or the damage is too weak or too strong to test anything.
    assert.ok(outcomes.plans > ROUNDS / 20 && outcomes.errors > ROUNDS / 5);
  });
});
