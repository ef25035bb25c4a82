/** Statuses and events on the wire: what a server is asked, and every way in which it fails. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  ApiFailure,
  type PolicyObjects,
} from '../../../../src/kubernetes/status/policy-objects.ts';
import { createPolicyObjects } from '../../../../src/kubernetes/status/policy-objects-client.ts';
import { StatusWriter } from '../../../../src/kubernetes/status/status-writer.ts';
import { silentLogger } from '../../../../src/model/log.ts';
import {
  type Fault,
  type PolicyServer,
  startPolicyServer,
} from '../../../support/kubernetes/policy-server.ts';

const CLUSTER = { kind: 'TracingPolicy', namespace: '', name: 'a' } as const;
const SHOP = { kind: 'TracingPolicyNamespaced', namespace: 'shop', name: 'b' } as const;
const QUICK = { intervalMs: 0, spreadMs: 1, summaryMs: 1, retryMinMs: 1, retryMaxMs: 5 };

interface Stage extends PolicyServer {
  readonly objects: PolicyObjects;
}

async function aStage(t: TestContext, token?: string): Promise<Stage> {
  const server = await startPolicyServer(token);
  t.after(() => server.close());
  return { ...server, objects: createPolicyObjects(server.client, 2000) };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function failureOf(ask: Promise<unknown>): Promise<ApiFailure> {
  const error = await ask.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ApiFailure, String(error));
  return error;
}

describe('policy objects at a server', () => {
  it('are read and patched where they are, and nowhere else', async (t) => {
    const { store, objects, requests } = await aStage(t);
    for (const place of [CLUSTER, SHOP]) {
      const object = { ...place, ...store.put(place) };
      await objects.read(object);
      await objects.patchStatus(object, { status: { nodes: { n: { state: 'enabled' } } } });
    }
    await objects.createEvent('shop', { metadata: { name: 'e' } });

    const patch = 'application/merge-patch+json warder';
    assert.deepStrictEqual(requests, [
      'GET /apis/cilium.io/v1alpha1/tracingpolicies/a',
      `PATCH /apis/cilium.io/v1alpha1/tracingpolicies/a/status ${patch}`,
      'GET /apis/cilium.io/v1alpha1/namespaces/shop/tracingpoliciesnamespaced/b',
      `PATCH /apis/cilium.io/v1alpha1/namespaces/shop/tracingpoliciesnamespaced/b/status ${patch}`,
      'POST /apis/events.k8s.io/v1/namespaces/shop/events application/json',
    ]);
    assert.deepStrictEqual(store.statusOf(SHOP), { nodes: { n: { state: 'enabled' } } });
  });

  it('fail by their status, with what the server said', async (t) => {
    const { store, objects } = await aStage(t);
    const object = { ...CLUSTER, ...store.put(CLUSTER) };

    const gone = await failureOf(objects.read({ ...object, name: 'other' }));
    const taken = await failureOf(
      objects.patchStatus(object, { metadata: { resourceVersion: '1' } }),
    );
    const wrong = await failureOf(
      objects.patchStatus(object, { status: { nodes: { n: { state: 1 } } } }),
    );

    assert.deepStrictEqual([gone.status, gone.message], [404, 'status 404: not found']);
    assert.deepStrictEqual(
      [taken.status, taken.message],
      [409, 'status 409: the object has been modified'],
    );
    assert.equal(wrong.status, 422);
    assert.match(wrong.message, /must be string/);
  });

  it('fail when the server does not know the agent', async (t) => {
    const server = await startPolicyServer('another token');
    t.after(() => server.close());
    const client = { ...server.client, refresh: () => {} };
    const object = { ...CLUSTER, ...server.store.put(CLUSTER) };

    const failed = await failureOf(createPolicyObjects(client).read(object));

    assert.deepStrictEqual([failed.status, server.requests.length], [401, 2]);
  });

  it('are read and written with the token that is there after a refusal', async (t) => {
    const { store, objects } = await aStage(t, 'another token');
    const object = { ...CLUSTER, ...store.put(CLUSTER) };

    await objects.patchStatus(object, { status: { nodes: { n: { state: 'enabled' } } } });

    assert.deepStrictEqual(store.statusOf(CLUSTER), { nodes: { n: { state: 'enabled' } } });
  });

  it('say how long the server wants to be left alone', async (t) => {
    const { store, objects, faults } = await aStage(t);
    const object = { ...CLUSTER, ...store.put(CLUSTER) };
    faults.push({ kind: 'status', status: 429, retryAfter: '7' });
    faults.push({ kind: 'status', status: 503, retryAfter: 'soon' });

    assert.equal((await failureOf(objects.read(object))).retryAfterMs, 7000);
    assert.equal((await failureOf(objects.read(object))).retryAfterMs, 0);
  });

  for (const kind of ['drop', 'garbage', 'half', 'silence'] as const) {
    it(`fail without a status after ${kind}, and without control characters`, async (t) => {
      const server = await startPolicyServer();
      t.after(() => server.close());
      const objects = createPolicyObjects(server.client, 200);
      const object = { ...CLUSTER, ...server.store.put(CLUSTER) };
      server.faults.push({ kind });

      const failed = await failureOf(objects.patchStatus(object, {}));

      assert.equal(failed.status, 0);
      assert.ok(failed.message.length > 0 && !failed.message.includes('\u001b'));
    });
  }

  it('fail when nobody listens', async (t) => {
    const { store, objects, close } = await aStage(t);
    const object = { ...CLUSTER, ...store.put(CLUSTER) };
    await close();

    assert.equal((await failureOf(objects.read(object))).status, 0);
  });
});

describe('status writer at a server', () => {
  it('gets through whatever the server does', async (t) => {
    const { store, objects, faults } = await aStage(t);
    const writer = new StatusWriter({ node: 'n', objects, logger: silentLogger, pace: QUICK });
    t.after(() => writer.close());
    const broken: readonly Fault[] = [
      { kind: 'status', status: 500 },
      { kind: 'drop' },
      { kind: 'garbage' },
      { kind: 'half' },
      { kind: 'status', status: 429 },
    ];
    faults.push(...broken);
    const report = { object: { ...CLUSTER, ...store.put(CLUSTER) }, hooks: [] };

    writer.reportStatus({ ...report, state: 'enabled', mode: 'monitor' });
    await until(() => writer.stats.summarised === 1);

    const { nodes, summary, conditions } = Object(store.statusOf(CLUSTER));
    assert.deepStrictEqual(
      [nodes.n.state, nodes.n.mode, summary.nodes, conditions[0].status],
      ['enabled', 'monitor', '1/1', 'True'],
    );
    assert.equal(writer.stats.failed, broken.length);
  });

  it('does not fight with other nodes', async (t) => {
    const { store, objects } = await aStage(t);
    const object = { ...SHOP, ...store.put(SHOP) };
    const names = Array.from({ length: 40 }, (_, node) => `node-${node}`);
    const writers = names.map(
      (node) => new StatusWriter({ node, objects, logger: silentLogger, pace: QUICK }),
    );
    t.after(() => Promise.all(writers.map((writer) => writer.close())));

    for (const writer of writers) {
      writer.reportStatus({ object, hooks: [], state: 'enabled' });
    }
    await until(() => Object(store.statusOf(SHOP)).summary?.nodes === '40/40');

    const { nodes } = Object(store.statusOf(SHOP));
    assert.deepStrictEqual(Object.keys(nodes).toSorted(), names.toSorted());
  });
});
