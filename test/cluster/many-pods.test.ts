/** Many pods, and pods that are not as they should be. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { putPod, theModelOf } from '../support/cluster-objects.ts';
import { ClusterStage } from '../support/cluster-stage.ts';

const POD_COUNT = 10_000;

/** As much as pods have in real clusters, most of it of no use here. */
const WEIGHT = {
  metadata: {
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(2000) },
    managedFields: [{ manager: 'kubelet', fieldsV1: { f: 'y'.repeat(3000) } }],
  },
  spec: { volumes: [{ name: 'data', configMap: { name: 'z'.repeat(1000) } }] },
};

describe('a watcher of pods', () => {
  it('reads ten thousand of them in pages, and keeps what is of use', async (t) => {
    await using stage = await ClusterStage.open();
    const names = Array.from({ length: POD_COUNT }, (_, index) => `pod-${index}`);
    for (const name of names) putPod(stage.server, name, WEIGHT);
    const start = performance.now();

    await stage.start();

    t.diagnostic(`${POD_COUNT} pods in ${Math.round(performance.now() - start)} ms`);
    assert.equal(stage.seen('list').length, POD_COUNT / 500);
    assert.deepStrictEqual(stage.podNames(), names.toSorted());
    assert.deepStrictEqual(stage.pods.get('uid-of-pod-7'), theModelOf('pod-7'));
  });

  it('asks for less at a time when a page is too large', async () => {
    await using stage = await ClusterStage.open({ pageSize: 100 });
    const names = Array.from({ length: 24 }, (_, index) => `pod-${index + 10}`);
    const weight = { spec: { volumes: 'x'.repeat(1024 * 1024) } };
    for (const name of names) putPod(stage.server, name, weight);

    await stage.start();

    assert.deepStrictEqual(stage.podNames(), names);
    assert.deepStrictEqual(
      stage.seen('list').map(({ query }) => query['limit']),
      ['100', '13', '13'],
    );
  });

  it('skips what is no pod, and tells the others', async () => {
    await using stage = await ClusterStage.open();
    const items = [null, 5, 'pod', [], {}, { metadata: {} }, { metadata: { uid: 5, name: {} } }];
    const bent = {
      metadata: { uid: 'bent', name: 'bent', resourceVersion: '1', labels: [1], annotations: 'x' },
      spec: { containers: [null, 7, { name: 5 }], initContainers: {}, hostNetwork: 'yes' },
      status: [],
    };
    const list = { metadata: { resourceVersion: '1000' }, items: [...items, bent] };
    const fault = { kind: 'text', text: JSON.stringify(list) } as const;
    stage.server.faults.add({ verb: 'list', plural: 'pods', fault: { ...fault, isWhole: true } });
    await stage.start();

    putPod(stage.server, 'web');
    await stage.until('the good pod is known', () => stage.pods.size === 2);

    const container = { kind: 'container', image: '', imageId: '', id: '', isPrivileged: false };
    assert.deepStrictEqual(stage.pods.get('bent'), {
      uid: 'bent',
      cgroupUid: 'bent',
      namespace: '',
      name: 'bent',
      labels: {},
      annotations: {},
      serviceAccount: '',
      hostNetwork: false,
      containers: [1, 2, 3].map(() => ({ name: '', ...container })),
    });
    assert.deepStrictEqual(stage.pods.get('uid-of-web'), theModelOf('web'));
  });
});
