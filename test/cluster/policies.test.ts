/** Policies of a cluster: what is told, and that an outage removes none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClusterPolicy } from '../../src/model/cluster-policy.ts';
import { aPolicy, keyOf, putObject } from '../support/cluster-objects.ts';
import { ClusterStage } from '../support/cluster-stage.ts';

const EXEC = keyOf('tracingpolicies', '', 'watch-exec');
const SHOP = keyOf('tracingpoliciesnamespaced', 'shop', 'watch-exec');

function tellsOf(stage: ClusterStage): readonly string[] {
  return stage.told.filter((line) => /TracingPolicy|policy/.test(line));
}

function policyOf(stage: ClusterStage, kind: ClusterPolicy['kind']): ClusterPolicy | undefined {
  return [...stage.policies.values()].find((policy) => policy.kind === kind);
}

describe('a watcher of policies', () => {
  it('tells both kinds, with the text that is to be loaded', async () => {
    await using stage = await ClusterStage.open();
    const metadata = { uid: 'one', annotations: { note: 'x'.repeat(5000) }, finalizers: ['a'] };
    putObject(stage.server, EXEC, { ...aPolicy('sys_execve'), metadata });
    putObject(stage.server, SHOP, { ...aPolicy('sys_openat'), metadata: { uid: 'two' } });

    await stage.start();

    const first = { apiVersion: 'cilium.io/v1alpha1', kind: 'TracingPolicy' };
    const second = { ...first, kind: 'TracingPolicyNamespaced' };
    const name = 'watch-exec';
    assert.deepStrictEqual(policyOf(stage, 'TracingPolicy'), {
      kind: 'TracingPolicy',
      name,
      uid: 'one',
      generation: 1,
      resourceVersion: stage.server.store.get(EXEC)?.metadata.resourceVersion,
      text: JSON.stringify({ ...first, metadata: { name }, ...aPolicy('sys_execve') }),
    });
    assert.deepStrictEqual(policyOf(stage, 'TracingPolicyNamespaced'), {
      kind: 'TracingPolicyNamespaced',
      namespace: 'shop',
      name,
      uid: 'two',
      generation: 1,
      resourceVersion: stage.server.store.get(SHOP)?.metadata.resourceVersion,
      text: JSON.stringify({
        ...second,
        metadata: { name, namespace: 'shop' },
        ...aPolicy('sys_openat'),
      }),
    });
  });

  it('tells changes of the text, and not those of the status or of labels', async () => {
    await using stage = await ClusterStage.open();
    putObject(stage.server, EXEC, aPolicy('sys_execve'));
    await stage.start();
    stage.told.length = 0;

    putObject(stage.server, EXEC, { status: { nodes: [{ name: 'node-1', state: 'enabled' }] } });
    putObject(stage.server, EXEC, { metadata: { labels: { team: 'a' } } });
    putObject(stage.server, EXEC, aPolicy('sys_open'));
    await stage.until('the new text is told', () => tellsOf(stage).length === 1);

    assert.deepStrictEqual(tellsOf(stage), ['set policy watch-exec']);
    assert.deepStrictEqual(policyOf(stage, 'TracingPolicy')?.generation, 2);
    assert.match(policyOf(stage, 'TracingPolicy')?.text ?? '', /"sys_open"/);
  });

  it('tells that a policy is gone when it was deleted, and no other', async () => {
    await using stage = await ClusterStage.open();
    putObject(stage.server, EXEC, aPolicy('sys_execve'));
    putObject(stage.server, SHOP, aPolicy('sys_openat'));
    await stage.start();

    stage.server.store.delete(EXEC);
    await stage.until('the policy is gone', () => stage.policies.size === 1);

    assert.deepStrictEqual(
      [...stage.policies.values()].map(({ kind }) => kind),
      ['TracingPolicyNamespaced'],
    );
  });

  it('tells another policy of the same name after the first is gone', async () => {
    await using stage = await ClusterStage.open();
    putObject(stage.server, EXEC, { ...aPolicy('sys_execve'), metadata: { uid: 'one' } });
    await stage.start();
    stage.told.length = 0;

    stage.server.store.delete(EXEC);
    putObject(stage.server, EXEC, { ...aPolicy('sys_execve'), metadata: { uid: 'two' } });
    await stage.until('the other policy is known', () => stage.policies.has('two'));

    assert.deepStrictEqual(tellsOf(stage), ['remove policy watch-exec', 'set policy watch-exec']);
    assert.deepStrictEqual([...stage.policies.keys()], ['two']);
  });

  it('tells a policy again that comes back as it was', async () => {
    await using stage = await ClusterStage.open();
    const policy = { ...aPolicy('sys_execve'), metadata: { uid: 'one' } };
    putObject(stage.server, EXEC, policy);
    await stage.start();
    stage.told.length = 0;

    stage.server.store.delete(EXEC);
    putObject(stage.server, EXEC, policy);
    await stage.until('it is told again', () => tellsOf(stage).length === 2);

    assert.deepStrictEqual(tellsOf(stage), ['remove policy watch-exec', 'set policy watch-exec']);
  });

  for (const [name, code] of [
    ['definitions are not there', 404],
    ['rights are taken away', 403],
    ['server is broken', 500],
  ] as const) {
    it(`removes nothing while the ${name}`, async () => {
      await using stage = await ClusterStage.open();
      putObject(stage.server, EXEC, aPolicy('sys_execve'));
      await stage.start();
      stage.told.length = 0;
      const plural = 'tracingpolicies';
      stage.server.faults.add({ plural, fault: { kind: 'status', code } });

      stage.server.watches.dropAll();
      await stage.until('it was asked', () => stage.seen('watch', plural).length > 2);
      await stage.until('it is stale', () => stage.stateOf(plural).kind === 'stale');
      assert.deepStrictEqual([tellsOf(stage), stage.policies.size], [[], 1]);
      stage.server.store.delete(EXEC);
      stage.server.faults.clear();
      await stage.until('the policy is gone', () => stage.policies.size === 0);

      await stage.until('it is fresh', () => stage.stateOf(plural).kind === 'fresh');
      await stage.until('the others are', () => stage.areAll('fresh'));
    });
  }
});
