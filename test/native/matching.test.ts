/** The kernel's matching engine against the meaning of random policies, by test runs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HookMember } from '../../src/engine/sensors/join-plans.ts';
import { decide, type LoadedMembers, loadMembers } from '../support/matching-harness.ts';
import { type Run, selectorHolds } from '../support/policy-model.ts';
import { aRandom, type Random } from '../support/random.ts';
import { randomMembers, randomRun } from '../support/random-policies.ts';

const SEEDS = [20251, 77, 4711, 8086];
const POLICY_SETS_PER_SEED = 60;
const RUNS_PER_SET = 100;

/** The first selector that holds, per policy. */
function meaning({ joined }: LoadedMembers, run: Run): readonly number[] {
  const done = new Set<HookMember>();
  return joined.selectors.flatMap(({ number, member }, place) => {
    const first = joined.selectors.findIndex((other) => other.member === member);
    const selector = member.plan.selectors[place - first];
    if (done.has(member) || selector === undefined || !selectorHolds(selector, run)) return [];
    done.add(member);
    return [number];
  });
}

function checkPolicies(random: Random, label: string): void {
  const loaded = loadMembers(randomMembers(random));
  try {
    for (let index = 0; index < RUNS_PER_SET; index++) {
      const run = randomRun(random);
      assert.deepStrictEqual(
        decide(loaded, run),
        meaning(loaded, run),
        `${label}, run ${index}: ${explain(loaded, run)}`,
      );
    }
  } finally {
    loaded.object.close();
  }
}

function explain({ joined }: LoadedMembers, run: Run): string {
  const selectors = joined.selectors.map(({ member }) => member.plan.selectors);
  const show = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? `${value}` : value;
  return JSON.stringify({ run, selectors: [...new Set(selectors)] }, show);
}

describe('the matching engine', () => {
  for (const seed of SEEDS) {
    const count = POLICY_SETS_PER_SEED * RUNS_PER_SET;
    it(`finds what policies mean in ${count} random cases of seed ${seed}`, () => {
      const random = aRandom(seed);
      for (let set = 0; set < POLICY_SETS_PER_SEED; set++) checkPolicies(random, `set ${set}`);
    });
  }
});
