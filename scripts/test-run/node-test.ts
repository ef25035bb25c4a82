/** The arguments of `node --test`, and where its results go. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../guest/places.ts';

/** How the tests of one suite are run. */
export interface NodeTestOptions {
  readonly files: readonly string[];
  /** Receives one JSON line per test; see event-reporter.ts. */
  readonly eventsPath: string;
  /** Per test; a hook that hangs in the kernel must not hold up the whole run. */
  readonly timeoutMs: number;
  /** Kernel tests share one kernel and would see each other's events. */
  readonly serial: boolean;
  /** Whether failures name lines of TypeScript; else those of what the compiler wrote. */
  readonly sourceMaps: boolean;
}

const REPORTER = join(CHECKOUT, 'build', 'scripts', 'test-run', 'event-reporter.js');

/** Compiled test files under build/test/<suite>, relative to the checkout, sorted. */
export function findTestFiles(suite: string): readonly string[] {
  const directory = join('build', 'test', suite);
  try {
    return readdirSync(join(CHECKOUT, directory), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.js'))
      .sort()
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** Arguments for node: readable results to standard output, countable ones to the events file. */
export function nodeTestArguments(options: NodeTestOptions): readonly string[] {
  return [
    '--test',
    ...(options.sourceMaps ? ['--enable-source-maps'] : []),
    `--test-timeout=${options.timeoutMs}`,
    ...(options.serial ? ['--test-concurrency=1'] : []),
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${options.eventsPath}`],
    ...options.files,
  ];
}
