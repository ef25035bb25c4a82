/** Reads what the test reporter wrote and sums it up per suite and kernel. */
import { existsSync, readFileSync } from 'node:fs';
import type { FileTime, TestOutcome } from './event-reporter.ts';

/** The result of one suite on one kernel; `kernel` is empty where it makes no difference. */
export interface SuiteResult {
  readonly suite: string;
  readonly kernel: string;
  readonly outcomes: readonly TestOutcome[];
  /** Empty for what is not made of files of tests. */
  readonly files: readonly FileTime[];
  readonly elapsedMs: number;
}

/** How many tests ended in which way. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What the event reporter wrote to a file. */
export interface TestReport {
  readonly outcomes: readonly TestOutcome[];
  readonly files: readonly FileTime[];
}

/** Reads a file of the event reporter; empty when it was never written. */
export function readReport(path: string): TestReport {
  if (!existsSync(path)) return { outcomes: [], files: [] };
  const lines = readFileSync(path, 'utf8').split('\n');
  // A process that was killed may leave half a line; what it belonged to is reported otherwise.
  const entries = lines
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as TestOutcome | FileTime);
  return {
    outcomes: entries.filter((entry) => 'outcome' in entry),
    files: entries.filter((entry) => 'elapsedMs' in entry),
  };
}

/** A single outcome for something that is not a node test: a tool, or a guest that broke down. */
export function outcomeOf(name: string, passed: boolean, reason = ''): TestOutcome {
  return { name, file: '', outcome: passed ? 'passed' : 'failed', reason };
}

export function sumOutcomes(outcomes: readonly TestOutcome[]): Totals {
  const count = (kind: TestOutcome['outcome']): number =>
    outcomes.filter((outcome) => outcome.outcome === kind).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}
