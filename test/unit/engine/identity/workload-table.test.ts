/** Whose cgroups are, and what the kernel is told of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ID, PATH, sampleContainer, sampleNotice, samplePod, UID } from './sample-pods.ts';
import { prepareTable, WEB } from './sample-table.ts';

describe('WorkloadTable', () => {
  it('names a container whose pod was known first', () => {
    const { kernel, table, make } = prepareTable();
    table.setPod(samplePod());

    make(10n, PATH);

    assert.deepStrictEqual(table.of(10n), {
      ...{ kind: 'container', containerId: ID, runtime: '', podUid: UID, isSandbox: false },
      ...{ pod: samplePod(), container: sampleContainer() },
    });
    assert.deepStrictEqual(kernel.seenAs(10n), WEB);
  });

  it('names a container when its pod becomes known, with the cgroups below it', () => {
    const { kernel, named, table, make } = prepareTable();
    table.setSource({ kind: 'fresh' });
    make(10n, PATH);
    make(11n, `${PATH}/below`, 10n);
    const [before, seenBefore] = [table.of(10n), kernel.seenAs(11n)];

    table.setPod(samplePod());

    assert.equal(before.kind === 'container' && before.unknown, 'pod_pending');
    assert.equal(seenBefore, 'unnamed');
    assert.deepStrictEqual(
      [10n, 11n].map((id) => kernel.seenAs(id)),
      [WEB, WEB],
    );
    assert.deepStrictEqual(
      named.map(({ pod }) => pod?.name),
      ['web-0'],
    );
  });

  it('does not give a container the pod of another', () => {
    const { kernel, table, make } = prepareTable();
    table.setPod(samplePod({ cgroupUid: UID.replace('6', '7') }));

    make(10n, PATH);

    const workload = table.of(10n);
    assert.equal(workload.kind === 'container' && workload.unknown, 'no_pod_source');
    assert.equal(kernel.seenAs(10n), 'unnamed');
  });

  it('follows labels', () => {
    const { kernel, table, make } = prepareTable();
    table.setPod(samplePod());
    make(10n, PATH);

    table.setPod(samplePod({ labels: { app: 'api' } }));

    assert.deepStrictEqual(kernel.seenAs(10n), { ...WEB, labels: { app: 'api' } });
  });

  it('knows that a container is still to be named, and which one is the sandbox', () => {
    const { kernel, table, make } = prepareTable();
    const unstarted = sampleContainer({ id: '', name: 'later' });
    table.setPod(samplePod({ containers: [unstarted] }));
    make(10n, PATH);
    const [pending, seenPending] = [table.of(10n), kernel.seenAs(10n)];

    table.setPod(samplePod({ containers: [{ ...unstarted, id: 'b2'.repeat(32) }] }));

    assert.equal(pending.kind === 'container' && pending.unknown, 'container_pending');
    assert.deepStrictEqual(seenPending, { ...WEB, container: 'unnamed' });
    const sandbox = table.of(10n);
    assert.ok(sandbox.kind === 'container' && sandbox.isSandbox);
    assert.equal(sandbox.unknown, undefined);
  });

  it('believes a runtime before Kubernetes has spoken, but not about labels', () => {
    const { kernel, table, make } = prepareTable();
    table.setSource({ kind: 'fresh' });
    make(10n, PATH);

    table.announce(sampleNotice(), { id: 10n, parentId: 1n, path: PATH });
    const [early, seenEarly] = [table.of(10n), kernel.seenAs(10n)];
    table.setPod(samplePod({ containers: [sampleContainer({ id: '' })] }));

    assert.ok(early.kind === 'container');
    assert.deepStrictEqual([early.pod?.name, early.container?.name], ['web-0', 'nginx']);
    assert.equal(early.unknown, 'pod_pending');
    assert.deepStrictEqual(seenEarly, { ...WEB, labels: undefined });
    assert.deepStrictEqual(kernel.seenAs(10n), WEB);
    const late = table.of(10n);
    assert.equal(late.kind === 'container' && late.unknown, undefined);
  });

  it('takes a cgroup that nothing in its path gives away for what the runtime says', () => {
    const { kernel, table, make } = prepareTable();
    table.setPod(samplePod());
    make(10n, '/custom/box');
    const before = kernel.seenAs(10n);

    table.announce(sampleNotice(), { id: 10n, parentId: 1n, path: '/custom/box' });

    assert.equal(before, 'host');
    assert.deepStrictEqual(kernel.seenAs(10n), WEB);
  });

  it('tells services, the host and containers without a pod apart', () => {
    const { kernel, table, make } = prepareTable();
    make(1n, '/');
    make(10n, '/system.slice/ssh.service');
    make(11n, `/docker/${ID}`);
    make(12n, '/kubepods');

    assert.deepStrictEqual(table.of(1n), { kind: 'host' });
    assert.deepStrictEqual(table.of(10n), { kind: 'service', name: 'ssh.service' });
    assert.equal(table.of(11n).kind, 'container');
    const seen = [1n, 10n, 11n, 12n].map((id) => kernel.seenAs(id));
    assert.deepStrictEqual(seen, ['host', 'host', 'host', 'unnamed']);
  });

  it('knows containers that are gone, and frees their place in the kernel', () => {
    const { kernel, table, make } = prepareTable();
    table.setPod(samplePod());
    make(10n, PATH);
    make(11n, `${PATH}/below`, 10n);

    table.removed(11n);
    const seenBetween = kernel.seenAs(10n);
    table.removed(10n);
    table.removePod(UID);

    const workload = table.of(10n);
    assert.equal(workload.kind === 'container' && workload.pod?.name, 'web-0');
    assert.deepStrictEqual(seenBetween, WEB);
    assert.equal(kernel.subjects.size, 0);
  });

  it('forgets those that are gone for long, and only those', () => {
    const { table, make } = prepareTable();
    table.setPod(samplePod());
    make(10n, PATH);
    make(11n, '/system.slice');
    table.removed(10n);
    for (let id = 100n; id < 20_000n; id++) {
      make(id, '/x');
      table.removed(id);
    }

    assert.equal(table.of(10n).kind, 'unknown');
    assert.equal(table.of(11n).kind, 'host');
    assert.ok(table.counts().cgroups < 16_400);
    assert.equal(table.counts().containers, 0);
  });

  it('gives a pod of the same name with another uid its own containers', () => {
    const { table, make } = prepareTable();
    const second = UID.replace('6', '7');
    table.setPod(samplePod());
    make(10n, PATH);
    table.removePod(UID);
    table.setPod(
      samplePod({ uid: second, cgroupUid: second, labels: { app: 'new' }, containers: [] }),
    );
    make(11n, PATH.replace(UID, second).replaceAll('a1', 'b2'));

    const pods = [10n, 11n].map((id) => {
      const workload = table.of(id);
      return workload.kind === 'container' ? workload.pod?.labels['app'] : undefined;
    });
    assert.deepStrictEqual(pods, ['web', 'new']);
  });

  it('keeps pods over a list that was read anew, and marks the others as gone', () => {
    const { table, make } = prepareTable();
    table.setPod(samplePod());
    make(10n, PATH);

    table.replacePods([]);

    const workload = table.of(10n);
    assert.equal(workload.kind === 'container' && workload.pod?.name, 'web-0');
  });

  it('says when there is no room in the kernel, and leaves the container unnamed', () => {
    const { kernel, table, make } = prepareTable();
    const uids = ['1', '2', '3', '4'].map((digit) => UID.replace('6', digit));
    for (const uid of uids) table.setPod(samplePod({ uid, cgroupUid: uid, containers: [] }));
    uids.forEach((uid, at) => {
      make(BigInt(20 + at), PATH.replace(UID, uid).replaceAll('a1', `${at}1`));
    });

    assert.equal(table.counts().refused, 1);
    assert.equal(kernel.seenAs(23n), 'unnamed');
    assert.notEqual(kernel.seenAs(22n), 'unnamed');
  });

  it('counts cgroups that it never heard of', () => {
    const { table } = prepareTable();
    assert.deepStrictEqual(table.of(99n), { kind: 'unknown', unknown: 'cgroup_unknown' });
    assert.equal(table.counts().unknownLookups, 1);
  });
});
