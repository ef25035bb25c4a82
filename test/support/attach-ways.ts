/** Policies in force by a chosen way of attaching, for tests that prove each of them. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { CapabilityName } from '../../src/model/capability.ts';
import { LivePolicies } from './live-policies.ts';
import { requireCapability } from './require-capability.ts';
import { thisKernel } from './this-kernel.ts';

/** How the hooks of a test are attached. */
export interface AttachWay {
  readonly needs?: CapabilityName | undefined;
  /** Capabilities to do as if the kernel did not have them. */
  readonly without?: readonly CapabilityName[];
}

/** A sensor of its own for the test; undefined, and the test skipped, where the kernel cannot. */
export function startBy(
  t: TestContext,
  { needs, without = [] }: AttachWay = {},
): LivePolicies | undefined {
  if (needs !== undefined) {
    const found = thisKernel().capabilities.find((capability) => capability.name === needs);
    const answer = found ?? { available: false, detail: 'not probed' };
    if (!requireCapability(t, needs, answer)) return undefined;
  }
  const live = new LivePolicies({ without });
  t.after(() => live.close());
  return live;
}

/** Loads policies that all have to be in force. */
export function loadEnabled(live: LivePolicies, text: string): void {
  for (const status of live.load(text)) {
    assert.equal(status.state, 'enabled', JSON.stringify(status));
  }
}
