/** A node:test reporter that writes one JSON line per finished test and file, for the runner. */
import type { TestEvent } from 'node:test/reporters';

const REASON_LENGTH_MAX = 300;

/** One finished test, or a suite that was skipped or failed as a whole. */
export interface TestOutcome {
  readonly name: string;
  readonly file: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or what failed, on one line; empty when no reason was given. */
  readonly reason: string;
}

/** How long a file of tests took, from the start of its process to the end. */
export interface FileTime {
  /** As it was named to node. */
  readonly file: string;
  readonly elapsedMs: number;
}

/** The reporter: node loads this file by path and calls what it exports as default. */
async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = toFileTime(event) ?? toOutcome(event);
    if (line !== undefined) yield `${JSON.stringify(line)}\n`;
  }
}

/** Node counts the process of a file as a test above those in it, named as the file. */
function toFileTime(event: TestEvent): FileTime | undefined {
  if (event.type !== 'test:complete' || event.data.nesting !== 0) return undefined;
  const { name, file, details } = event.data;
  if (file?.endsWith(`/${name}`) !== true) return undefined;
  return { file: name, elapsedMs: details.duration_ms };
}

/** A passed suite is only the sum of its tests; skipped and failed ones may have none. */
function toOutcome(event: TestEvent): TestOutcome | undefined {
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined;
  const { name, details, skip, todo } = event.data;
  const common = { name, file: event.data.file ?? '' };
  const isSuite = details.type === 'suite';
  if (skip !== undefined && skip !== false) {
    return { ...common, outcome: 'skipped', reason: typeof skip === 'string' ? skip : '' };
  }
  if (todo !== undefined && todo !== false)
    return { ...common, outcome: 'skipped', reason: 'todo' };
  if (event.type === 'test:pass') {
    return isSuite ? undefined : { ...common, outcome: 'passed', reason: '' };
  }
  if (isSumOfFailures(event)) return undefined;
  return { ...common, outcome: 'failed', reason: messageOf(event.data.details.error) };
}

/** The beginning of what an assertion says; all of it is where the test ran. */
function messageOf({ message, cause }: Error): string {
  const whole = cause instanceof Error ? cause.message : message;
  return whole.replaceAll(/\s+/g, ' ').slice(0, REASON_LENGTH_MAX);
}

function isSumOfFailures(event: Extract<TestEvent, { type: 'test:fail' }>): boolean {
  const { error } = event.data.details;
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

// biome-ignore lint/style/noDefaultExport: the only form node accepts a reporter in
export { report as default };
