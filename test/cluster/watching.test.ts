/** What watchers tell while all is well. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deletePod, keyOf, putObject, putPod, theModelOf } from '../support/cluster-objects.ts';
import { ClusterStage } from '../support/cluster-stage.ts';

describe('a watcher of pods', () => {
  it('tells the pods of its node, and not those of others', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    putPod(stage.server, 'elsewhere', { spec: { nodeName: 'node-2' } });
    putPod(stage.server, 'unscheduled', { spec: { nodeName: null } });

    await stage.start();

    assert.deepStrictEqual([...stage.pods.values()], [theModelOf('web')]);
    assert.deepStrictEqual(stage.historyOf('pods'), ['fresh']);
  });

  it('tells what is created, changed and deleted afterwards', async () => {
    await using stage = await ClusterStage.open();
    await stage.start();
    stage.told.length = 0;

    putPod(stage.server, 'web');
    putPod(stage.server, 'web', { metadata: { labels: { tier: 'front' } } });
    putPod(stage.server, 'elsewhere', { spec: { nodeName: 'node-2' } });
    putPod(stage.server, 'db');
    deletePod(stage.server, 'db');
    await stage.until('the second pod is gone', () => stage.told.length === 4);

    assert.deepStrictEqual(stage.told, [
      'set pod web',
      'set pod web',
      'set pod db',
      'remove pod uid-of-db',
    ]);
    assert.deepStrictEqual(
      [...stage.pods.values()],
      [theModelOf('web', { labels: { app: 'web', tier: 'front' } })],
    );
  });

  it('tells a pod when it is scheduled to the node', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web', { spec: { nodeName: null } });
    await stage.start();
    assert.deepStrictEqual(stage.podNames(), []);

    putPod(stage.server, 'web', { spec: { nodeName: 'node-1' } });
    await stage.until('the pod is known', () => stage.pods.size === 1);

    assert.deepStrictEqual(stage.podNames(), ['web']);
  });

  it('keeps apart two pods of the same name, one after the other', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();
    stage.told.length = 0;

    deletePod(stage.server, 'web');
    putPod(stage.server, 'web', { metadata: { uid: 'another' } });
    await stage.until('the second pod is known', () => stage.pods.has('another'));

    assert.deepStrictEqual(stage.told, ['remove pod uid-of-web', 'set pod web']);
    assert.deepStrictEqual([...stage.pods.keys()], ['another']);
  });

  it('reads a list page by page, and asks for bookmarks from its version on', async () => {
    await using stage = await ClusterStage.open({ pageSize: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) putPod(stage.server, name);
    const version = String(stage.server.store.version);

    await stage.start();

    assert.deepStrictEqual(stage.podNames(), ['a', 'b', 'c', 'd', 'e']);
    assert.deepStrictEqual(
      stage.seen('list').map(({ query }) => [query['limit'], query['continue'] !== undefined]),
      [
        ['2', false],
        ['2', true],
        ['2', true],
      ],
    );
    assert.deepStrictEqual(
      stage
        .seen('watch')
        .map(({ query }) => [query['resourceVersion'], query['allowWatchBookmarks']]),
      [[version, 'true']],
    );
    assert.equal(stage.told.filter((line) => line === 'replace pods').length, 1);
  });

  it('goes on when the server ends a watch, without a list and without an outage', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();
    putPod(stage.server, 'db');
    await stage.until('the second pod is known', () => stage.pods.size === 2);
    const version = String(stage.server.store.version);

    stage.server.watches.endAll();
    await stage.until('the watch is begun again', () => stage.seen('watch').length === 2);
    putPod(stage.server, 'late');
    await stage.until('the third pod is known', () => stage.pods.size === 3);

    assert.equal(stage.seen('list').length, 1);
    assert.equal(stage.seen('watch')[1]?.query['resourceVersion'], version);
    assert.deepStrictEqual(stage.historyOf('pods'), ['fresh']);
  });

  it('goes on from a bookmark when older changes are forgotten', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();
    stage.server.store.touch();
    stage.server.store.compact();
    const version = String(stage.server.store.version);

    stage.server.watches.sendBookmarks();
    stage.server.watches.endAll();
    await stage.until('the watch is begun again', () => stage.seen('watch').length === 2);
    putPod(stage.server, 'db');
    await stage.until('the second pod is known', () => stage.pods.size === 2);

    assert.equal(stage.seen('list').length, 1);
    assert.equal(stage.seen('watch')[1]?.query['resourceVersion'], version);
  });

  it('reads everything again when they are forgotten, and there was no bookmark', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();
    stage.server.store.touch();
    stage.server.store.compact();

    stage.server.watches.endAll();
    putPod(stage.server, 'db');
    await stage.until('the second pod is known', () => stage.pods.size === 2);

    assert.equal(stage.seen('list').length, 2);
  });
});

describe('a watcher of the node', () => {
  it('tells its labels when they change, and only then', async () => {
    await using stage = await ClusterStage.open();
    const key = keyOf('nodes', '', 'node-1');
    putObject(stage.server, key, { metadata: { labels: { zone: 'a' } } });
    putObject(stage.server, keyOf('nodes', '', 'node-2'), { metadata: { labels: { zone: 'x' } } });
    await stage.start();
    assert.deepStrictEqual(stage.labels, { zone: 'a' });

    putObject(stage.server, key, { status: { heartbeat: 1 } });
    putObject(stage.server, key, { metadata: { labels: { zone: 'b' } } });
    await stage.until('the labels are new', () => stage.labels?.['zone'] === 'b');

    assert.equal(stage.told.filter((line) => line === 'set labels').length, 2);
  });

  it('keeps the labels of a node whose object was deleted', async () => {
    await using stage = await ClusterStage.open();
    const key = keyOf('nodes', '', 'node-1');
    putObject(stage.server, key, { metadata: { labels: { zone: 'a' } } });
    await stage.start();

    stage.server.store.delete(key);
    putObject(stage.server, key, { metadata: { labels: { zone: 'c' } } });
    await stage.until('the node is back', () => stage.labels?.['zone'] === 'c');

    assert.equal(stage.told.filter((line) => line === 'set labels').length, 2);
  });
});

describe('close', () => {
  it('ends watches at the server, and nothing is told after it', async () => {
    await using stage = await ClusterStage.open();
    await stage.start();
    const told = stage.told.length;

    await stage.connection.close();
    putPod(stage.server, 'late');
    await stage.until('the server has no watch', () => stage.server.watches.count === 0);

    assert.equal(stage.told.length, told);
  });

  it('ends what waits for an answer, or for the next try', async () => {
    await using silent = await ClusterStage.open();
    silent.server.faults.add({ fault: { kind: 'silence' } });
    silent.connection.start();
    await silent.until('all have asked', () => silent.server.seen.length === 4);
    await using refused = await ClusterStage.open({
      backoffFirstMs: 600_000,
      backoffMaxMs: 600_000,
    });
    refused.server.faults.add({ fault: { kind: 'status', code: 500 } });
    refused.connection.start();
    await refused.until('all are stale', () => refused.areAll('stale'));

    await silent.connection.close();
    await refused.connection.close();

    assert.deepStrictEqual([silent.told, refused.told], [[], []]);
  });
});
