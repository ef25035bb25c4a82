/** What runtimes say of containers, and what is no such thing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readContainerNotice } from '../../../../src/engine/identity/container-notice.ts';

const CONTAINERD = {
  'io.kubernetes.cri.container-type': 'container',
  'io.kubernetes.cri.container-name': 'main',
  'io.kubernetes.cri.image-name': 'nginx:1',
  'io.kubernetes.cri.sandbox-name': 'web-0',
  'io.kubernetes.cri.sandbox-namespace': 'shop',
  'io.kubernetes.cri.sandbox-uid': 'u-1',
};

const CRIO = {
  'io.kubernetes.cri-o.ContainerType': 'sandbox',
  'io.kubernetes.container.name': 'POD',
  'io.kubernetes.cri-o.ImageName': 'pause:3',
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.pod.namespace': 'shop',
  'io.kubernetes.pod.uid': 'u-1',
};

const POD = { namespace: 'shop', name: 'web-0', uid: 'u-1' };

describe('readContainerNotice', () => {
  it('reads what containerd says', () => {
    assert.deepStrictEqual(readContainerNotice({ id: 'c1', pid: 7, annotations: CONTAINERD }), {
      ...{ id: 'c1', pid: 7, name: 'main', image: 'nginx:1', pod: POD, isSandbox: false },
    });
  });

  it('reads what CRI-O says, of a sandbox', () => {
    assert.deepStrictEqual(readContainerNotice({ id: 'c1', pid: 7, annotations: CRIO }), {
      ...{ id: 'c1', pid: 7, name: 'POD', image: 'pause:3', pod: POD, isSandbox: true },
    });
  });

  it('believes the keys of the runtime that wrote them, not those that a pod brought along', () => {
    const brought = { ...CONTAINERD, 'io.kubernetes.cri.sandbox-namespace': 'kube-system' };
    const annotations = { ...brought, ...CRIO };

    const notice = readContainerNotice({ id: 'c1', pid: 7, annotations });
    const twin = readContainerNotice({ id: 'c1', pid: 7, annotations: brought });

    assert.deepStrictEqual(notice, readContainerNotice({ id: 'c1', pid: 7, annotations: CRIO }));
    assert.equal(twin.pod?.namespace, 'kube-system');
  });

  it('knows containers that are of no pod', () => {
    for (const state of [
      { id: 'c1', pid: 7 },
      { id: 'c1', pid: 7, annotations: null },
      { id: 'c1', pid: 7, annotations: { 'io.kubernetes.pod.name': 'half' } },
    ]) {
      assert.equal(readContainerNotice(state).pod, undefined);
    }
  });

  const WRONG: readonly (readonly [unknown, RegExp])[] = [
    [null, /the state/],
    [[], /the state/],
    ['text', /the state/],
    [{ pid: 7 }, /^id /],
    [{ id: '', pid: 7 }, /^id /],
    [{ id: 'c'.repeat(5000), pid: 7 }, /^id /],
    [{ id: 'c1' }, /^pid /],
    [{ id: 'c1', pid: -1 }, /^pid /],
    [{ id: 'c1', pid: 1.5 }, /^pid /],
    [{ id: 'c1', pid: 2 ** 40 }, /^pid /],
    [{ id: 'c1', pid: 7, annotations: [] }, /^annotations /],
    [{ id: 'c1', pid: 7, annotations: { a: 1 } }, /^annotations\.a /],
  ];
  for (const [state, message] of WRONG) {
    it(`says what is wrong with ${JSON.stringify(state)?.slice(0, 60)}`, () => {
      const code = 'ENGINE_CONTAINER_INVALID';
      assert.throws(() => readContainerNotice(state), { code, message });
    });
  }
});
