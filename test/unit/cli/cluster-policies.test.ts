/** What became of the policies of a cluster is reported, and reported again when it changes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterPolicies } from '../../../src/cli/cluster-policies.ts';
import type { ClusterPolicy } from '../../../src/model/cluster-policy.ts';
import type { ClusterPolicyStatus } from '../../../src/model/cluster-policy-status.ts';
import { CodedError } from '../../../src/model/errors.ts';
import { silentLogger } from '../../../src/model/log.ts';
import {
  ATTACHED,
  DETACHED,
  FAILED,
  MemoryPolicies,
  type PolicyText,
  settle,
} from '../../support/kubernetes/memory-policies.ts';

const WRONG = { code: 'POLICY_FIELD_UNKNOWN', message: 'no field `x`', place: '3:5' };
const NOT_ATTACHED = { code: 'ENGINE_HOOK_REFUSED', message: 'fentry: no', place: 'sys_mount' };
const TAKEN = {
  ...{ code: 'ENGINE_POLICY_DUPLICATE', message: 'this node has another policy of that name' },
  place: '',
};

/** A version of the policy of that name. */
function aPolicy(name: string, changes: Partial<ClusterPolicy & PolicyText> = {}): ClusterPolicy {
  const { fate, pool, ...object } = changes;
  return {
    ...{ kind: 'TracingPolicy', name, uid: `uid-of-${name}`, generation: 1 },
    ...{ resourceVersion: '1', text: JSON.stringify({ name, fate, pool }) },
    ...object,
  };
}

type Report = Omit<ClusterPolicyStatus, 'object'>;

function inForce(changes: Partial<Report> = {}): Report {
  const hooks = { hooks: [ATTACHED], matchedPods: undefined, error: undefined };
  return { state: 'enabled', mode: 'enforce', ...hooks, ...changes };
}

class Stage {
  readonly agent: MemoryPolicies = new MemoryPolicies();
  readonly reports: ClusterPolicyStatus[] = [];
  readonly forgotten: string[] = [];
  readonly errors: unknown[] = [];
  readonly cluster: ClusterPolicies;
  pods: number | undefined;

  constructor() {
    this.cluster = new ClusterPolicies({
      policies: this.agent.policies,
      matchedPods: () => this.pods,
      logger: { ...silentLogger, error: ({ code }) => void this.errors.push(code) },
      statuses: {
        reportStatus: (status) => void this.reports.push(status),
        forgetStatus: (uid) => void this.forgotten.push(uid),
      },
    });
  }

  async set(...policies: readonly ClusterPolicy[]): Promise<void> {
    for (const policy of policies) this.cluster.setPolicy(policy);
    await settle();
  }

  /** What was reported since it was asked before: `a enabled`. */
  takeStates(): readonly string[] {
    return this.reports.splice(0).map(({ object, state }) => `${object.name} ${state}`);
  }

  /** The only report since then. */
  takeReport(): Report {
    const [status, ...others] = this.reports.splice(0);
    assert.ok(status !== undefined && others.length === 0);
    const { object: _, ...report } = status;
    return report;
  }
}

describe('a policy of a cluster', () => {
  it('is reported with its object, its hooks and the pods that it is about', async () => {
    const stage = new Stage();
    stage.pods = 3;

    await stage.set(aPolicy('a', { generation: 4 }));
    await stage.set(aPolicy('b', { kind: 'TracingPolicyNamespaced', namespace: 'shop' }));

    const [first, second] = stage.reports.map(({ object }) => object);
    const one = { kind: 'TracingPolicy', namespace: '', name: 'a', uid: 'uid-of-a', generation: 4 };
    const shop = { kind: 'TracingPolicyNamespaced', namespace: 'shop' };
    assert.deepStrictEqual(first, one);
    assert.deepStrictEqual(second, { ...shop, name: 'b', uid: 'uid-of-b', generation: 1 });
    stage.reports.pop();
    assert.deepStrictEqual(stage.takeReport(), inForce({ matchedPods: 3 }));
  });

  it('is reported with what is wrong with its text', async () => {
    const stage = new Stage();

    await stage.set(aPolicy('a', { fate: 'wrong' }));

    assert.deepStrictEqual(stage.takeReport(), { state: 'load_error', hooks: [], error: WRONG });
  });

  it('is reported with the hook that could not be attached', async () => {
    const stage = new Stage();

    await stage.set(aPolicy('a', { fate: 'not attached' }));

    const expected = inForce({ state: 'load_error', hooks: [FAILED], error: NOT_ATTACHED });
    assert.deepStrictEqual(stage.takeReport(), expected);
  });

  for (const [what, fate, error] of [
    ['stays in force beside the error of a version that is wrong', 'wrong', WRONG],
    ['stays in force beside the error of a hook', 'not attached', NOT_ATTACHED],
    ['gives way to a version that is good', undefined, undefined],
  ] as const) {
    it(what, async () => {
      const stage = new Stage();
      await stage.set(aPolicy('a'));
      stage.takeStates();

      await stage.set(aPolicy('a', { ...(fate && { fate }), generation: 2, pool: '' }));
      // Whatever else happens on the node, the version stays refused.
      await stage.set(aPolicy('b'));

      const [first, ...others] = stage.reports;
      const { generation } = first?.object ?? {};
      const state = error === undefined ? 'skipped' : 'enabled';
      assert.deepStrictEqual([generation, first?.state, first?.error], [2, state, error]);
      assert.deepStrictEqual(
        others.map(({ object }) => object.name),
        ['b'],
      );
    });
  }

  it('is reported as left out when a file of the node has its name', async () => {
    const stage = new Stage();
    stage.agent.hold({ file: 'a.yaml', origin: 'directory' }, 'a');

    await stage.set(aPolicy('a'), aPolicy('b'));

    assert.deepStrictEqual(
      stage.reports.map(({ object, state, error }) => [object.name, state, error]),
      [
        ['a', 'load_error', TAKEN],
        ['b', 'enabled', undefined],
      ],
    );
  });

  it('is reported once for a text, and for the last of many', async () => {
    const stage = new Stage();

    await stage.set(aPolicy('a', { fate: 'wrong' }), aPolicy('a', { generation: 2 }));
    const again = ['2', '3'].map((resourceVersion) => ({ generation: 2, resourceVersion }));
    await stage.set(...again.map((changes) => aPolicy('a', changes)));

    assert.deepStrictEqual(stage.takeStates(), ['a enabled']);
  });

  it('is reported for a version that has the text of the one before', async () => {
    const stage = new Stage();
    await stage.set(aPolicy('a'));
    stage.agent.disable('a');
    await settle();

    await stage.set(aPolicy('a', { generation: 3 }));

    assert.deepStrictEqual(
      stage.reports.map(({ object, state }) => [object.generation, state]),
      [
        [1, 'enabled'],
        [1, 'disabled'],
        // It was not put in force again.
        [3, 'disabled'],
      ],
    );
  });
});

describe('a policy of a cluster that is in force', () => {
  it('is reported again when labels of the node change, and others are not', async () => {
    const stage = new Stage();
    await stage.set(aPolicy('a', { pool: 'gpu' }), aPolicy('b'));
    assert.deepStrictEqual(stage.takeStates(), ['a skipped', 'b enabled']);

    stage.agent.setPool('gpu');
    await settle();
    assert.deepStrictEqual(stage.takeReport(), inForce());
    stage.agent.setPool('web');
    await settle();

    assert.deepStrictEqual(stage.takeReport(), inForce({ state: 'skipped', hooks: [DETACHED] }));
  });

  it('is reported as disabled when users disable it on the node, or remove it', async () => {
    const stage = new Stage();
    await stage.set(aPolicy('a'), aPolicy('b'), aPolicy('c'));
    stage.takeStates();

    stage.agent.disable('a');
    stage.agent.remove('b');
    await settle();

    assert.deepStrictEqual(stage.takeStates(), ['a disabled', 'b disabled']);
  });

  it('is reported as left out when users put another in its place', async () => {
    const stage = new Stage();
    await stage.set(aPolicy('a'));
    stage.takeStates();

    stage.agent.remove('a');
    stage.agent.hold({ file: 'a.yaml', origin: 'api' }, 'a');
    await settle();

    const expected = { state: 'load_error', hooks: [], error: TAKEN };
    assert.deepStrictEqual(stage.takeReport(), expected);
  });

  it('is reported again when it is about more pods, and not when nothing changed', async () => {
    const stage = new Stage();
    stage.pods = 1;
    await stage.set(aPolicy('a'));
    stage.takeStates();

    stage.cluster.refresh();
    assert.deepStrictEqual(stage.takeStates(), []);
    stage.pods = 2;
    stage.cluster.refresh();

    assert.deepStrictEqual(stage.takeReport(), inForce({ matchedPods: 2 }));
  });
});

describe('a policy that a cluster no longer has', () => {
  it('is removed and forgotten, and no other', async () => {
    const stage = new Stage();
    await stage.set(aPolicy('a'), aPolicy('b'));

    stage.cluster.removePolicy(aPolicy('a'));
    await settle();

    assert.deepStrictEqual([stage.agent.names, stage.forgotten], [['b'], ['uid-of-a']]);
  });

  it('is one that is not among all of its kind, also of an earlier agent', async () => {
    const stage = new Stage();
    stage.agent.hold({ file: 'TracingPolicy/old', origin: 'cluster' }, 'old');
    await stage.set(
      ...[aPolicy('a'), aPolicy('b')],
      aPolicy('c', { kind: 'TracingPolicyNamespaced', namespace: 'shop' }),
    );
    stage.takeStates();

    stage.cluster.replacePolicies('TracingPolicy', [aPolicy('b'), aPolicy('d')]);
    await settle();

    assert.deepStrictEqual(stage.agent.names, ['b', 'c', 'd']);
    assert.deepStrictEqual(stage.forgotten, ['uid-of-a']);
    assert.deepStrictEqual(stage.takeStates(), ['d enabled']);
  });

  it('is the first of two objects of a name, of which the second is reported', async () => {
    const stage = new Stage();
    await stage.set(aPolicy('a'));

    await stage.set(aPolicy('a', { uid: 'other' }));

    assert.deepStrictEqual(stage.forgotten, ['uid-of-a']);
    assert.deepStrictEqual(
      stage.reports.map(({ object }) => object.uid),
      ['uid-of-a', 'other'],
    );
  });

  it('stays, and the reason is logged, when it cannot be taken out of force', async () => {
    const stage = new Stage();
    await stage.set(aPolicy('a'));
    const { policies } = stage.agent;
    policies.removeFile = () => Promise.reject(new CodedError('ENGINE_HOOK_REFUSED', 'no'));

    stage.cluster.removePolicy(aPolicy('a'));
    await settle();

    assert.deepStrictEqual([stage.agent.names, stage.errors], [['a'], ['ENGINE_HOOK_REFUSED']]);
  });
});
