/** What is told to a cluster about its policies, and when. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ClusterPolicies } from '../../../src/cli/cluster-policies.ts';
import type { ClusterPolicy } from '../../../src/model/cluster-policy.ts';
import type { ClusterPolicyStatus } from '../../../src/model/cluster-policy-status.ts';
import { silentLogger } from '../../../src/model/log.ts';
import type { PolicyState, PolicyStatus } from '../../../src/model/policy.ts';

const GUARD: ClusterPolicy = {
  kind: 'TracingPolicy',
  name: 'guard',
  uid: 'one',
  generation: 1,
  resourceVersion: '1',
  text: 'first',
};

function statusOf(state: PolicyState): PolicyStatus {
  return { name: 'guard', file: 'TracingPolicy/guard', state, mode: 'enforce', hooks: [] };
}

function prepare() {
  const changed: string[] = [];
  const told: ClusterPolicyStatus[] = [];
  const now = { state: 'load_error' as PolicyState, pods: 0, keepsPrevious: false };
  const policies = new ClusterPolicies({
    policies: {
      changeFile: async ({ text }) => {
        changed.push(text);
        const { state, keepsPrevious } = now;
        return { statuses: [{ ...statusOf(state), keepsPrevious }], diagnostics: [] };
      },
      removeFile: async () => {},
      removeFiles: async () => {},
      statusOf: async () => statusOf(now.state),
    },
    statuses: { reportStatus: (status) => told.push(status), forgetStatus: () => {} },
    matchedPods: () => now.pods,
    logger: silentLogger,
  });
  return { policies, changed, told, now };
}

describe('ClusterPolicies', () => {
  it('says of a version with the text of the one before that it is in force', async () => {
    const { policies, changed, told } = prepare();
    policies.replacePolicies('TracingPolicy', [GUARD]);
    policies.replacePolicies('TracingPolicy', [GUARD]);
    await turn();

    policies.replacePolicies('TracingPolicy', [{ ...GUARD, generation: 3 }]);
    await turn();

    assert.deepStrictEqual(changed, ['first']);
    assert.deepStrictEqual(
      told.map(({ object }) => object.generation),
      [1, 3],
    );
  });

  it('tells what has become of policies since they were taken in', async () => {
    const { policies, told, now } = prepare();
    policies.setPolicy(GUARD);
    await turn();

    now.state = 'enabled';
    now.pods = 4;
    policies.refresh();
    await turn();
    policies.removePolicy(GUARD);
    policies.refresh();
    await turn();

    assert.deepStrictEqual(
      told.map(({ state, matchedPods }) => [state, matchedPods]),
      [
        ['load_error', 0],
        ['enabled', 4],
      ],
    );
  });

  it('goes on to say why a version was refused while the one before is in force', async () => {
    const { policies, told, now } = prepare();
    now.keepsPrevious = true;
    policies.setPolicy(GUARD);
    await turn();

    now.state = 'enabled';
    now.pods = 2;
    policies.refresh();
    await turn();

    assert.deepStrictEqual(
      told.map(({ state, matchedPods }) => [state, matchedPods]),
      [
        ['load_error', 0],
        ['load_error', 2],
      ],
    );
  });
});
