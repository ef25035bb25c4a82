/** Skips a test on a kernel that cannot run it, or fails it where the kernel is required to. */
import type { TestContext } from 'node:test';

/** Whether the kernel has what a test needs, and why not or how that was proven. */
export interface CapabilityAnswer {
  readonly available: boolean;
  readonly detail: string;
}

/**
 * True when the test may go on; otherwise the test is marked skipped and must return at once.
 * Throws instead of skipping when WARDER_REQUIRE names the capability: `all`, or a list of names.
 */
export function requireCapability(
  test: Pick<TestContext, 'skip'>,
  name: string,
  answer: CapabilityAnswer,
): boolean {
  if (answer.available) return true;
  const required = (process.env['WARDER_REQUIRE'] ?? '').split(',');
  if (required.includes('all') || required.includes(name)) {
    throw new Error(`this kernel is required to have ${name}: ${answer.detail}`);
  }
  test.skip(`needs ${name}: ${answer.detail}`);
  return false;
}
