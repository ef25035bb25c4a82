/** The end of a test run as text. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestOutcome } from '../../../scripts/test-run/event-reporter.ts';
import { formatSummary } from '../../../scripts/test-run/summary.ts';

function anOutcome(name: string, outcome: TestOutcome['outcome'], reason = ''): TestOutcome {
  return { name, file: '', outcome, reason };
}

describe('formatSummary', () => {
  it('lists totals, suites, failures and skips with reasons, and closes with one line', () => {
    const kernel = [anOutcome('a', 'passed'), anOutcome('b', 'skipped', 'needs lsm')];
    const unit = [anOutcome('c', 'failed', 'exit 1'), anOutcome('d', 'skipped')];

    const text = formatSummary(
      [
        { suite: 'unit', kernel: '', outcomes: unit, elapsedMs: 100 },
        { suite: 'kernel', kernel: '6.1', outcomes: kernel, elapsedMs: 2000 },
      ],
      2100,
    );

    assert.deepStrictEqual(text.split('\n'), [
      '',
      'ℹ tests 4',
      'ℹ suites 2',
      'ℹ pass 1',
      'ℹ fail 1',
      'ℹ skipped 2',
      'ℹ duration_ms 2100',
      '',
      'suite   kernel  passed  failed  skipped  seconds',
      'unit    -            0       1        1      0.1',
      'kernel  6.1          1       0        1      2.0',
      '',
      'skipped:',
      '  unit: d: no reason given',
      '  kernel 6.1: b: needs lsm',
      '',
      'failed:',
      '  unit: c: exit 1',
      '',
      '1 passed, 1 failed, 2 skipped',
      '',
    ]);
  });
});
