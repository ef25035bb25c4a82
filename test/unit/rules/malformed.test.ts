/** Every malformed policy of the corpus is refused, with the line and the code of every mistake. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { formatDiagnostic } from '../../../src/model/format-diagnostic.ts';
import { compilePolicies } from '../../../src/rules/index.ts';
import { makeMutations, readHandWritten } from '../../support/malformed-policies.ts';
import { smallKernel } from './small-kernel.ts';

/** Errors of a text that gives no plan, each with a place inside the text. */
function refuse(text: string): readonly string[] {
  const { plans, diagnostics } = compilePolicies(text, 'policy.yaml', { kernel: smallKernel });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  assert.deepStrictEqual(plans, []);
  for (const error of errors) assertPlace(error, text);
  return errors.map(({ code, location }) => `${location.line} ${code}`);
}

function assertPlace(error: Diagnostic, text: string): void {
  const { line, column, start, end } = error.location;
  const shown = text.split('\n')[line - 1];
  assert.ok(shown !== undefined && column >= 1 && column <= shown.length + 1, `${line}:${column}`);
  assert.ok(start <= end && end <= text.length);
  assert.ok(formatDiagnostic(error, text).includes(`${line}:${column}`));
}

const HAND_WRITTEN = readHandWritten();
const MUTATIONS = makeMutations();

describe('mistakes of people', () => {
  for (const { name, text, expected } of HAND_WRITTEN) {
    it(`are told where they are: ${name}`, () => {
      assert.deepStrictEqual([...refuse(text)].sort(), [...expected].sort());
      assert.ok(expected.length > 0);
    });
  }
});

describe('good policies with a damaged line', () => {
  for (const { name, text, expected } of MUTATIONS) {
    it(`are refused: ${name}`, () => {
      const found = refuse(text);

      assert.ok(found.length > 0);
      // Where YAML itself breaks, the parser may notice it further down.
      if (!expected.join().includes('YAML_INVALID')) {
        assert.ok(found.includes(expected[0] ?? ''), `expected ${expected}, found ${found}`);
      }
    });
  }
});

describe('the corpus of malformed policies', () => {
  it('is large, and no policy is in it twice', () => {
    const texts = [...HAND_WRITTEN, ...MUTATIONS].map(({ text }) => text);

    assert.ok(HAND_WRITTEN.length >= 80 && texts.length >= 200, `${texts.length}`);
    assert.equal(new Set(texts).size, texts.length);
  });
});
