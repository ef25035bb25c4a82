/** What containers and users make up, in order to be somebody else or to push others out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PATH, sampleNotice, samplePod, UID } from './sample-pods.ts';
import { prepareTable, WEB } from './sample-table.ts';

describe('WorkloadTable among the hostile', () => {
  it('leaves a container its pod, whatever cgroups are made in it', () => {
    const { kernel, table, make } = prepareTable();
    const victim = UID.replace('6', '7');
    table.setPod(samplePod());
    table.setPod(samplePod({ uid: victim, cgroupUid: victim, labels: { app: 'bank' } }));
    const cgroups = [
      [10n, PATH, 0n],
      [11n, `${PATH}/pod${victim}`, 10n],
      [12n, `${PATH}/pod${victim}/${'b2'.repeat(32)}`, 11n],
      [13n, `${PATH}/kubepods`, 10n],
    ] as const;
    for (const [id, path, parent] of cgroups) make(id, path, parent);

    for (const [id] of cgroups) {
      const workload = table.of(id);
      assert.equal(workload.kind === 'container' && workload.pod?.uid, UID);
      assert.deepStrictEqual(kernel.seenAs(id), WEB);
    }
  });

  it('leaves an announced container what is below its cgroup', () => {
    const { kernel, table, make } = prepareTable();
    table.setPod(samplePod());
    make(10n, '/custom/box');
    table.announce(sampleNotice(), { id: 10n, parentId: 0n, path: '/custom/box' });

    make(11n, '/custom/box/inner', 10n);
    make(12n, '/custom/beside', 0n);

    assert.deepStrictEqual(kernel.seenAs(11n), WEB);
    assert.equal(kernel.seenAs(12n), 'host');
  });

  it('takes a container that is a node for the machine that it is', () => {
    const node = 'c3'.repeat(32);
    const { kernel, table, make } = prepareTable({ isNode: (containerId) => containerId === node });
    table.setPod(samplePod());
    make(9n, `/docker/${node}`);
    make(10n, `/docker/${node}/kubelet${PATH}`, 9n);
    make(11n, `/docker/${'d4'.repeat(32)}${PATH}`, 0n);

    assert.deepStrictEqual(kernel.seenAs(10n), WEB);
    assert.equal(kernel.seenAs(11n), 'host');
  });

  it('leaves nothing in the kernel of a cgroup that was gone before it was heard of', () => {
    const { kernel, make, table } = prepareTable();
    table.setPod(samplePod());
    make(10n, PATH);
    for (let id = 100n; id < 200n; id++) {
      // What the kernel itself had of it went with it.
      make(id, `/system.slice/run-${id}.scope`);
      table.removed(id);
    }

    assert.deepStrictEqual([...kernel.cgroups.keys()], [10n]);
  });

  it('has room for others when a container or a user makes cgroups without end', () => {
    const { kernel, make, table } = prepareTable();
    const user = '/user.slice/user-1000.slice/user@1000.service';
    table.setPod(samplePod());
    make(1n, '/');
    make(9n, user, 1n);
    make(10n, PATH, 1n);
    for (let id = 1_000n; id < 81_000n; id++) make(id, `${PATH}/${id}`, 10n);
    for (let id = 100_000n; id < 180_000n; id++) make(id, `${user}/app-${id}.scope`, 9n);
    const other = UID.replace('6', '7');
    table.setPod(samplePod({ uid: other, cgroupUid: other, containers: [] }));
    make(20n, PATH.replace(UID, other).replaceAll('a1', 'b2'), 1n);

    assert.ok(kernel.cgroups.size < 4096);
    assert.ok(table.counts().refused > 150_000);
    assert.deepStrictEqual(kernel.seenAs(80_999n), WEB);
    assert.equal(kernel.seenAs(179_999n), 'host');
    const workload = table.of(20n);
    assert.equal(workload.kind === 'container' && workload.pod?.uid, other);
  });

  it('keeps nothing of a container that is announced when there is no room for it', () => {
    const { make, table } = prepareTable();
    for (let id = 100n; id < 80_000n; id++) make(id, '/x');

    table.announce(sampleNotice(), { id: 10n, parentId: 1n, path: PATH });

    assert.equal(table.counts().containers, 0);
  });
});
