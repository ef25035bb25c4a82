/** Containers that are started again, and pods that say that containers of others are theirs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WorkloadTable } from '../../../../src/engine/identity/workload-table.ts';
import type { Pod } from '../../../../src/model/pod.ts';
import { ID, PATH, sampleContainer, sampleNotice, samplePod, UID } from './sample-pods.ts';
import { prepareTable, WEB } from './sample-table.ts';

const SANDBOX = 'b2'.repeat(32);
const AGAIN = 'c3'.repeat(32);
const HASH = 'ab'.repeat(16);

const pathOf = (id: string): string => PATH.replace(ID, id);

/** The container, or the reason why it is not known. */
function nameOf(table: WorkloadTable, id: bigint): string | undefined {
  const workload = table.of(id);
  if (workload.kind !== 'container') return workload.kind;
  if (workload.isSandbox) return 'sandbox';
  return workload.unknown ?? workload.container?.name;
}

/** `pod` and the uid in its paths. */
function podOf(table: WorkloadTable, id: bigint): string | undefined {
  const workload = table.of(id);
  return workload.kind === 'container' ? workload.pod?.name : undefined;
}

describe('a container that is started again', () => {
  it('is not taken for the sandbox while its pod still has the id of the last run', () => {
    const { kernel, table, make } = prepareTable();
    table.setPod(samplePod());
    make(9n, pathOf(SANDBOX));
    make(10n, PATH);
    table.removed(10n);

    make(11n, pathOf(AGAIN));
    const [pending, seen] = [nameOf(table, 11n), kernel.seenAs(11n)];
    table.setPod(samplePod({ containers: [sampleContainer({ id: AGAIN })] }));

    assert.equal(pending, 'container_pending');
    assert.deepStrictEqual(seen, { ...WEB, container: 'unnamed' });
    assert.deepStrictEqual([nameOf(table, 9n), nameOf(table, 11n)], ['sandbox', 'nginx']);
    assert.deepStrictEqual(kernel.seenAs(11n), WEB);
  });

  it('is not taken for it either where there is no sandbox', () => {
    const { table, make } = prepareTable();
    table.setPod(samplePod());
    make(10n, PATH);
    table.removed(10n);

    make(11n, pathOf(AGAIN));

    assert.equal(nameOf(table, 11n), 'container_pending');
  });

  it('stays who it was when its pod speaks of the next run', () => {
    const { table, named, make } = prepareTable();
    table.setPod(samplePod());
    make(9n, pathOf(SANDBOX));
    make(10n, PATH);
    table.removed(10n);
    const before = table.of(10n);

    table.setPod(samplePod({ containers: [sampleContainer({ id: AGAIN })] }));

    assert.deepStrictEqual([nameOf(table, 9n), nameOf(table, 10n)], ['sandbox', 'nginx']);
    assert.equal(before.kind === 'container' && before.container?.id, ID);
    assert.ok(named.every(({ isSandbox, containerId }) => !isSandbox || containerId === SANDBOX));
  });

  it('leaves the sandbox what it is when a container is added', () => {
    const { table, make } = prepareTable();
    table.setPod(samplePod());
    make(9n, pathOf(SANDBOX));

    table.setPod(
      samplePod({ containers: [sampleContainer(), sampleContainer({ id: '', name: 'debug' })] }),
    );

    assert.equal(nameOf(table, 9n), 'sandbox');
  });

  it('knows a sandbox that is made again after all are gone', () => {
    const { table, make } = prepareTable();
    table.setPod(samplePod());
    make(9n, pathOf(SANDBOX));
    make(10n, PATH);
    table.removed(10n);
    table.removed(9n);

    make(11n, pathOf(AGAIN));

    assert.equal(nameOf(table, 11n), 'sandbox');
  });
});

describe('a pod of a file', () => {
  const STATIC = PATH.replace(UID, HASH);
  const real: Pod = samplePod({ cgroupUid: HASH, namespace: 'kube-system', name: 'api' });
  const fake: Pod = samplePod({
    ...{ uid: UID.replace('6', '7'), cgroupUid: HASH, namespace: 'evil', name: 'fake' },
    containers: [sampleContainer({ id: '' })],
  });

  for (const order of [
    [real, fake],
    [fake, real],
  ]) {
    it(`is who has its containers, when ${order.at(-1)?.name} is heard of last`, () => {
      const { kernel, table, make } = prepareTable();
      for (const pod of order) table.setPod(pod);

      make(9n, STATIC.replace(ID, SANDBOX));
      make(10n, STATIC);
      table.setPod(fake);

      assert.deepStrictEqual([podOf(table, 9n), podOf(table, 10n)], ['api', 'api']);
      assert.deepStrictEqual(kernel.seenAs(10n), { ...WEB, namespace: 'kube-system' });
    });
  }

  it('is not who only says so', () => {
    const { kernel, table, make } = prepareTable();
    table.setSource({ kind: 'fresh' });
    make(10n, STATIC);

    table.setPod(fake);
    const [name, seen] = [nameOf(table, 10n), kernel.seenAs(10n)];
    table.removePod(fake.uid);
    table.setPod(real);

    assert.deepStrictEqual([name, seen], ['pod_pending', 'unnamed']);
    assert.equal(podOf(table, 10n), 'api');
  });

  it('is who the runtime names', () => {
    const { table } = prepareTable();
    const pod = { namespace: 'kube-system', name: 'api', uid: HASH };
    table.setPod(fake);
    table.setPod({ ...real, containers: [sampleContainer({ id: '' })] });

    table.announce(sampleNotice({ pod }), { id: 10n, parentId: 1n, path: STATIC });

    assert.equal(podOf(table, 10n), 'api');
  });

  it('stays known under another uid, and without one', () => {
    const { table, make } = prepareTable();
    table.setPod(real);
    make(10n, STATIC);

    table.removePod(real.uid);
    const between = podOf(table, 10n);
    table.setPod({ ...real, uid: UID.replace('6', '8'), name: 'api-again' });
    table.replacePods([]);

    assert.deepStrictEqual([between, podOf(table, 10n)], ['api', 'api-again']);
  });
});

describe('a runtime that names a pod', () => {
  it('is not believed when the path of the container says another', () => {
    const { kernel, table } = prepareTable();
    table.setSource({ kind: 'fresh' });
    const other = { namespace: 'bank', name: 'vault', uid: UID.replace('6', '7') };

    table.announce(sampleNotice({ pod: other }), { id: 10n, parentId: 1n, path: PATH });

    assert.equal(podOf(table, 10n), undefined);
    assert.equal(kernel.seenAs(10n), 'unnamed');
  });
});
