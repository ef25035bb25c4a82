/** What a cluster says, over the real protocol, while everything goes wrong that can. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubernetesConnection, loadKubeConfig } from '../../../src/kubernetes/index.ts';
import type { ClusterPolicy } from '../../../src/model/cluster-policy.ts';
import { silentLogger } from '../../../src/model/log.ts';
import type { Pod, SourceState } from '../../../src/model/pod.ts';
import { ApiServer } from '../../support/kubernetes/api-server.ts';
import type { Fault } from '../../support/kubernetes/fault.ts';

const NODE = 'node-1';
const WAIT_MS_MAX = 20_000;

const podObject = (name: string, labels: object = {}, nodeName = NODE) => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, labels },
  spec: { nodeName, containers: [{ name: 'web', image: 'nginx' }] },
  status: { containerStatuses: [{ name: 'web', containerID: `containerd://${name}` }] },
});

const policyObject = (name: string, spec: object = { kprobes: [] }) => ({
  ...{ apiVersion: 'cilium.io/v1alpha1', kind: 'TracingPolicy', metadata: { name }, spec },
});

/** What the listeners were told, as the state that it leads to. */
class Known {
  readonly pods = new Map<string, Pod>();
  readonly policies = new Map<string, ClusterPolicy>();
  readonly podStates: SourceState[] = [];
  labels: Readonly<Record<string, string>> = {};
  lists = 0;
  get podNames(): readonly string[] {
    return [...this.pods.values()].map(({ name }) => name).sort();
  }
}

interface Stage {
  readonly server: ApiServer;
  readonly known: Known;
  readonly connection: KubernetesConnection;
  until(what: string, holds: () => boolean): Promise<void>;
}

async function prepare(t: TestContext, idleMs = 5_000): Promise<Stage> {
  const server = await ApiServer.start();
  const path = server.writeKubeconfig();
  const known = new Known();
  const connection = new KubernetesConnection({
    ...{ nodeName: NODE, logger: silentLogger, idleMs, waitFactor: 0.02 },
    loadConfig: () => loadKubeConfig(path) ?? assert.fail('no configuration'),
    pods: {
      replacePods: (pods) => {
        known.lists += 1;
        known.pods.clear();
        for (const pod of pods) known.pods.set(pod.uid, pod);
      },
      setPod: (pod) => known.pods.set(pod.uid, pod),
      removePod: (uid) => known.pods.delete(uid),
      setSource: (state) => known.podStates.push(state),
    },
    policies: {
      replacePolicies: (kind, policies) => {
        for (const [key, one] of known.policies) if (one.kind === kind) known.policies.delete(key);
        for (const one of policies) known.policies.set(`${one.kind}/${one.name}`, one);
      },
      setPolicy: (one) => known.policies.set(`${one.kind}/${one.name}`, one),
      removePolicy: ({ kind, name }) => known.policies.delete(`${kind}/${name}`),
    },
    node: {
      setNodeLabels: (labels) => {
        known.labels = labels;
      },
    },
  });
  t.after(async () => {
    await connection.close();
    await server[Symbol.asyncDispose]();
  });
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    const end = Date.now() + WAIT_MS_MAX;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`${what} did not come: ${known.podNames.join()}`);
      await sleep(5);
    }
  };
  return { server, known, connection, until };
}

/** One that follows already. */
async function follow(t: TestContext, idleMs?: number): Promise<Stage> {
  const stage = await prepare(t, idleMs);
  stage.server.store('pods').put(podObject('first'));
  stage.connection.start();
  const isWatched = (): boolean =>
    stage.server.requests.some(({ on, path }) => on === 'watch' && path.endsWith('/pods'));
  await stage.until('a watch', isWatched);
  return stage;
}

describe('connection to a cluster', () => {
  it('knows the pods of its node, and how they change', async (t) => {
    const { server, known, until } = await follow(t);
    const pods = server.store('pods');
    pods.put(podObject('second'));
    pods.put(podObject('elsewhere', {}, 'node-2'));
    await until('a pod', () => known.podNames.length === 2);
    pods.put(podObject('second', { app: 'web' }));
    await until('a label', () => known.pods.get('uid-of-second')?.labels['app'] === 'web');
    pods.delete('first', 'shop');
    await until('an end', () => known.podNames.length === 1);

    assert.deepStrictEqual(known.podNames, ['second']);
    assert.equal(known.lists, 1);
    assert.equal(known.podStates.at(-1)?.kind, 'fresh');
  });

  it('reads lists page by page', async (t) => {
    const { server, known, connection, until } = await prepare(t);
    for (let at = 0; at < 1_200; at++) server.store('pods').put(podObject(`pod-${at}`));
    connection.start();
    await until('all pods', () => known.podNames.length === 1_200);

    const lists = server.requests.filter(({ on, path }) => on === 'list' && path.endsWith('/pods'));
    assert.deepStrictEqual(
      lists.map(({ query }) => [query.get('limit'), query.get('continue')]),
      [
        ['500', null],
        ['500', '500'],
        ['500', '1000'],
      ],
    );
  });

  it('goes on where it was when a connection ends, without a list', async (t) => {
    const { server, known, until } = await follow(t);
    server.dropConnections();
    server.store('pods').put(podObject('second'));
    await until('a pod', () => known.podNames.length === 2);
    assert.equal(known.lists, 1);
  });

  it('goes on from what a bookmark said', async (t) => {
    const { server, known, until } = await follow(t);
    server.store('pods').put(podObject('elsewhere', {}, 'node-2'));
    const { latest } = server.store('pods');
    await sleep(500);
    server.dropConnections();
    const resumed = (): boolean =>
      server.requests.some(
        ({ on, path, query }) =>
          on === 'watch' && path.endsWith('/pods') && query.get('resourceVersion') === `${latest}`,
      );
    await until('a watch from there', resumed);
    assert.equal(known.lists, 1);
  });

  it('reads the list anew when changes are forgotten, and learns what is gone', async (t) => {
    const { server, known, until } = await follow(t);
    await server.stop();
    server.store('pods').delete('first', 'shop');
    server.store('pods').put(podObject('second'));
    server.store('pods').compact();
    await server.listen();
    await until('the list', () => known.lists === 2);
    assert.deepStrictEqual(known.podNames, ['second']);
  });

  it('keeps what it knows while the server is away, and says so', async (t) => {
    const { server, known, until } = await follow(t);
    server.store('tracingpolicies').put(policyObject('guard'));
    await until('a policy', () => known.policies.size === 1);
    await server.stop();
    await until('a stale state', () => known.podStates.at(-1)?.kind === 'stale');
    const during = [known.podNames, [...known.policies.keys()]];
    await server.listen();
    await until('a fresh state', () => known.podStates.at(-1)?.kind === 'fresh');

    assert.deepStrictEqual(during, [['first'], ['TracingPolicy/guard']]);
    assert.deepStrictEqual(known.podNames, ['first']);
  });

  const FAULTS: readonly (readonly ['list' | 'watch', Fault])[] = [
    ['list', { kind: 'status', status: 500 }],
    ['list', { kind: 'status', status: 410 }],
    ['list', { kind: 'status', status: 429, retryAfter: 1 }],
    ['list', { kind: 'garbage' }],
    ['list', { kind: 'half' }],
    ['list', { kind: 'drop' }],
    ['list', { kind: 'silence' }],
    ['watch', { kind: 'status', status: 500 }],
    ['watch', { kind: 'status', status: 410 }],
    ['watch', { kind: 'status', status: 429, retryAfter: 1 }],
    ['watch', { kind: 'gone' }],
    ['watch', { kind: 'garbage' }],
    ['watch', { kind: 'half' }],
    ['watch', { kind: 'drop' }],
    ['watch', { kind: 'silence' }],
    ['watch', { kind: 'slow' }],
  ];
  for (const [on, fault] of FAULTS) {
    const name = 'status' in fault ? `${fault.status}` : fault.kind;
    it(`loses nothing to a ${on} that goes wrong: ${name}`, async (t) => {
      const { server, known, connection, until } = await prepare(t, 700);
      server.store('pods').put(podObject('first'));
      server.faults.push(...[1, 2, 3].map(() => ({ on, plural: 'pods', fault })));
      connection.start();
      await until('the first pod', () => known.podNames.includes('first'));
      server.store('pods').put(podObject('second'));
      await until('the second pod', () => known.podNames.length === 2);
      // A slow watch is no reason for another.
      const left = fault.kind === 'slow' ? 2 : 0;
      await until('every fault', () => server.faults.length === left);
      server.store('pods').put(podObject('third'));
      await until('the third pod', () => known.podNames.length === 3);
      await until('a fresh state', () => known.podStates.at(-1)?.kind === 'fresh');
    });
  }

  it('waits as long as it is told to', async (t) => {
    const { server, known, connection, until } = await prepare(t);
    const fault = { kind: 'status', status: 429, retryAfter: 50 } as const;
    server.faults.push({ on: 'list', plural: 'pods', fault });
    connection.start();
    const begin = performance.now();
    await until('a list', () => known.lists === 1);
    // 50 s, shortened as all waits of this test are.
    assert.ok(performance.now() - begin >= 1_000);
  });

  it('uses the token that is in the file now', async (t) => {
    const { server, known, until } = await follow(t);
    server.token = 'token-2';
    server.dropConnections();
    const isRefused = (state: SourceState): boolean =>
      state.kind === 'stale' && state.reason.includes('401');
    await until('a refusal', () => known.podStates.some(isRefused));
    server.setToken('token-2');
    server.store('pods').put(podObject('second'));
    await until('a pod', () => known.podNames.length === 2);
    assert.equal(known.lists, 1);
  });

  it('takes policies away only when they are gone', async (t) => {
    const { server, known, until } = await follow(t);
    const policies = server.store('tracingpolicies');
    policies.put(policyObject('guard'));
    server.store('tracingpoliciesnamespaced').put({
      ...policyObject('guard'),
      ...{ kind: 'TracingPolicyNamespaced', metadata: { name: 'guard', namespace: 'shop' } },
    });
    await until('both', () => known.policies.size === 2);
    const fault = { kind: 'garbage' } as const;
    server.faults.push(
      ...[1, 2, 3].map(() => ({ on: 'watch', plural: 'tracingpolicies', fault }) as const),
    );
    server.dropConnections();
    policies.put(policyObject('guard', { kprobes: [], lsmhooks: [] }));
    await until('a change', () => known.policies.get('TracingPolicy/guard')?.generation === 2);
    const during = known.policies.size;
    policies.delete('guard');
    await until('the end of one', () => known.policies.size === 1);

    assert.equal(during, 2);
    const [left] = known.policies.values();
    assert.deepStrictEqual([left?.kind, left?.namespace], ['TracingPolicyNamespaced', 'shop']);
  });

  it('knows the labels of its node', async (t) => {
    const { server, known, until } = await follow(t);
    const node = (zone: string) => ({ metadata: { name: NODE, labels: { zone } } });
    server.store('nodes').put({ metadata: { name: 'node-2', labels: { zone: 'b' } } });
    server.store('nodes').put(node('a'));
    await until('a label', () => known.labels['zone'] === 'a');
    server.store('nodes').put(node('c'));
    await until('another', () => known.labels['zone'] === 'c');
  });

  it('is silent after its end', async (t) => {
    const { server, known, connection } = await follow(t);
    await connection.close();
    // Requests that were on their way are seen by then.
    await sleep(100);
    const before = server.requests.length;
    server.store('pods').put(podObject('second'));
    await sleep(100);
    assert.deepStrictEqual(known.podNames, ['first']);
    assert.equal(server.requests.length, before);
  });
});

describe('loadKubeConfig', () => {
  it('says what is wrong with a file', () => {
    assert.throws(() => loadKubeConfig('/nonexistent'), { code: 'K8S_CONFIG_INVALID' });
  });

  it('finds nothing where nothing is', () =>
    assert.equal(loadKubeConfig(undefined, {}), undefined));
});
