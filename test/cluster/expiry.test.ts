/** Versions that the API server no longer has: everything is read again, and what is gone goes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deletePod, putPod } from '../support/cluster-objects.ts';
import { ClusterStage } from '../support/cluster-stage.ts';

/** Nobody is told of what happens meanwhile, and the changes are forgotten. */
async function missChanges(stage: ClusterStage, change: () => void): Promise<void> {
  await stage.server.stop();
  change();
  stage.server.store.touch();
  stage.server.store.compact();
  await stage.server.listen();
}

describe('a version that has expired', () => {
  for (const [name, tellsExpiryInStream] of [
    ['is refused', false],
    ['is told of in the stream', true],
  ] as const) {
    it(`leads to a new list when it ${name}`, async () => {
      await using stage = await ClusterStage.open();
      stage.server.watches.tellsExpiryInStream = tellsExpiryInStream;
      putPod(stage.server, 'web');
      putPod(stage.server, 'db');
      await stage.start();
      stage.told.length = 0;

      await missChanges(stage, () => {
        deletePod(stage.server, 'db');
        putPod(stage.server, 'late');
      });
      await stage.until('the pods are known', () => stage.podNames().join() === 'late,web');
      await stage.until('the pods are fresh', () => stage.stateOf('pods').kind === 'fresh');

      assert.deepStrictEqual(
        stage.told.filter((line) => / pods?\b/.test(line)),
        ['replace pods'],
      );
      assert.equal(stage.seen('list').length, 2);
    });
  }

  it('is no outage', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();

    stage.server.store.touch();
    stage.server.store.compact();
    stage.server.watches.endAll();
    await stage.until('the list is read again', () => stage.seen('list').length === 2);
    await stage.until('the watch is open', () => stage.seen('watch').length === 3);

    assert.deepStrictEqual(stage.historyOf('pods'), ['fresh']);
  });

  it('is also one that the server has not come to yet, as after it was restored', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();
    const fault = { kind: 'status', code: 504, cause: 'ResourceVersionTooLarge' } as const;
    stage.server.faults.add({ verb: 'watch', plural: 'pods', fault, times: 1 });

    stage.server.watches.dropAll();
    putPod(stage.server, 'late');
    await stage.until('the pods are known', () => stage.pods.size === 2);

    assert.equal(stage.seen('list').length, 2);
  });

  it('is none when the server is only too slow', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();
    const fault = { kind: 'status', code: 504, cause: 'Other' } as const;
    stage.server.faults.add({ verb: 'watch', plural: 'pods', fault, times: 6 });

    stage.server.watches.dropAll();
    putPod(stage.server, 'late');
    await stage.until('the pods are known', () => stage.pods.size === 2);

    assert.equal(stage.seen('list').length, 1);
  });

  it('is taken for one that fails in the stream again and again', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();
    const fault = { kind: 'error_event', code: 500, reason: 'InternalError' } as const;
    stage.server.faults.add({ verb: 'watch', plural: 'pods', fault, times: 3 });

    stage.server.watches.dropAll();
    putPod(stage.server, 'late');
    await stage.until('the pods are known', () => stage.pods.size === 2);

    assert.equal(stage.seen('list').length, 2);
  });

  it('begins a list anew when it expires between two pages', async () => {
    await using stage = await ClusterStage.open({ pageSize: 1 });
    for (const name of ['a', 'b', 'c']) putPod(stage.server, name);
    const { faults } = stage.server;
    faults.add({ verb: 'list', plural: 'pods', fault: { kind: 'text', text: ' ' }, times: 1 });
    faults.add({
      verb: 'list',
      plural: 'pods',
      fault: { kind: 'status', code: 410 },
      times: 1,
    });

    await stage.start();

    assert.deepStrictEqual(stage.podNames(), ['a', 'b', 'c']);
    assert.deepStrictEqual(
      stage.seen('list').map(({ query }) => query['continue'] !== undefined),
      [false, true, false, true, true],
    );
    assert.equal(stage.told.filter((line) => line === 'replace pods').length, 1);
  });

  it('keeps what was known when the new list fails, until one is whole', async () => {
    await using stage = await ClusterStage.open({ pageSize: 1 });
    for (const name of ['a', 'b', 'c']) putPod(stage.server, name);
    await stage.start();
    const known = new Map(stage.pods);
    stage.told.length = 0;
    const { faults } = stage.server;
    faults.add({ verb: 'list', plural: 'pods', fault: { kind: 'text', text: ' ' }, times: 1 });
    faults.add({ verb: 'list', plural: 'pods', fault: { kind: 'half' } });

    await missChanges(stage, () => deletePod(stage.server, 'b'));
    await stage.until('it was tried often', () => stage.seen('list').length > 8);
    assert.deepStrictEqual(stage.pods, known);
    assert.equal(stage.stateOf('pods').kind, 'stale');
    faults.clear();
    await stage.until('the pods are known', () => stage.podNames().join() === 'a,c');

    assert.equal(stage.told.filter((line) => line === 'replace pods').length, 1);
  });
});
