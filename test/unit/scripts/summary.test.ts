/** The end of a test run as text. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestOutcome } from '../../../scripts/test-run/event-reporter.ts';
import { formatSummary } from '../../../scripts/test-run/summary.ts';

function anOutcome(name: string, outcome: TestOutcome['outcome'], reason = ''): TestOutcome {
  return { name, file: '', outcome, reason };
}

describe('formatSummary', () => {
  it('lists totals, suites, slow files, failures and skips, and closes with one line', () => {
    const kernel = [anOutcome('a', 'passed'), anOutcome('b', 'skipped', 'needs lsm')];
    const files = [
      { file: 'build/test/kernel/quick.test.js', elapsedMs: 940 },
      { file: 'build/test/kernel/slow.test.js', elapsedMs: 1060 },
    ];
    const unit = [anOutcome('c', 'failed', 'exit 1'), anOutcome('d', 'skipped')];

    const text = formatSummary(
      [
        { suite: 'unit', kernel: '', outcomes: unit, files: [], elapsedMs: 100 },
        { suite: 'kernel', kernel: '6.1', outcomes: kernel, files, elapsedMs: 2000 },
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
      'slowest files, in seconds:',
      '     1.1  test/kernel/slow.test.js, 6.1',
      '     0.9  test/kernel/quick.test.js, 6.1',
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
