/** The end of a test run as text: totals, a table, every skip and failure, and the closing line. */
import type { TestOutcome } from './event-reporter.ts';
import { type SuiteResult, sumOutcomes } from './outcomes.ts';

const SECOND_MS = 1000;
const SLOWEST_MAX = 12;
const SECONDS_WIDTH = 6;

/** Everything printed after the last suite; the last line holds the three numbers alone. */
export function formatSummary(results: readonly SuiteResult[], elapsedMs: number): string {
  const all = results.flatMap((result) => result.outcomes);
  const { passed, failed, skipped } = sumOutcomes(all);
  return [
    '',
    `ℹ tests ${all.length}`,
    `ℹ suites ${results.length}`,
    `ℹ pass ${passed}`,
    `ℹ fail ${failed}`,
    `ℹ skipped ${skipped}`,
    `ℹ duration_ms ${Math.round(elapsedMs)}`,
    '',
    ...formatTable(results),
    ...formatSlowest(results),
    ...formatList('skipped', results),
    // Last, as logs are cut at their beginning.
    ...formatList('failed', results),
    '',
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
    '',
  ].join('\n');
}

function formatTable(results: readonly SuiteResult[]): readonly string[] {
  const header = ['suite', 'kernel', 'passed', 'failed', 'skipped', 'seconds'];
  const rows = results.map((result) => {
    const { passed, failed, skipped } = sumOutcomes(result.outcomes);
    const seconds = (result.elapsedMs / SECOND_MS).toFixed(1);
    return [result.suite, result.kernel || '-', `${passed}`, `${failed}`, `${skipped}`, seconds];
  });
  const table = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table.map((row) => row.map((cell, column) => pad(cell, widths, column)).join('  '));
}

/** What a run would be shorter without: the files of tests that took longest. */
function formatSlowest(results: readonly SuiteResult[]): readonly string[] {
  const lines = results
    .flatMap(({ kernel, files }) => files.map((time) => ({ kernel, ...time })))
    .sort((a, b) => b.elapsedMs - a.elapsedMs)
    .slice(0, SLOWEST_MAX)
    .map(({ kernel, file, elapsedMs }) => {
      const seconds = (elapsedMs / SECOND_MS).toFixed(1).padStart(SECONDS_WIDTH);
      return `  ${seconds}  ${file.replace(/^build\//, '')}${kernel === '' ? '' : `, ${kernel}`}`;
    });
  return lines.length === 0 ? [] : ['', 'slowest files, in seconds:', ...lines];
}

/** Words to the left, numbers to the right. */
function pad(cell: string, widths: readonly number[], column: number): string {
  const width = widths[column] ?? 0;
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}

function formatList(
  kind: TestOutcome['outcome'],
  results: readonly SuiteResult[],
): readonly string[] {
  const lines = results.flatMap((result) =>
    result.outcomes
      .filter((outcome) => outcome.outcome === kind)
      .map((outcome) => formatOutcome(result, outcome)),
  );
  return lines.length === 0 ? [] : ['', `${kind}:`, ...lines];
}

function formatOutcome(result: SuiteResult, outcome: TestOutcome): string {
  const place = [result.suite, result.kernel].filter((part) => part !== '').join(' ');
  const missing = outcome.outcome === 'skipped' ? ': no reason given' : '';
  return `  ${place}: ${outcome.name}${outcome.reason === '' ? missing : `: ${outcome.reason}`}`;
}
