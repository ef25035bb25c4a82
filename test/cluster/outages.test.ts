/** What can go wrong with an API server: nothing is forgotten, and all is found out afterwards. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault } from '../support/api-server/faults.ts';
import { deletePod, putPod } from '../support/cluster-objects.ts';
import { ClusterStage } from '../support/cluster-stage.ts';

const IDENTITY = { uid: 'one', name: 'one', resourceVersion: '9' };
const NEW_EVENT = `${JSON.stringify({ type: 'NEW', object: { metadata: IDENTITY } })}\n`;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface Case {
  readonly fault: Fault;
  /** What the state says while it lasts. */
  readonly reason: RegExp;
}

const EVERYWHERE: Readonly<Record<string, Case>> = {
  'status 500': {
    fault: { kind: 'status', code: 500 },
    reason: /^K8S_REQUEST_REFUSED: status 500: a fault of 500$/,
  },
  'status 503 of a proxy': {
    fault: { kind: 'status', code: 503, body: '<html>upstream connect error</html>' },
    reason: /^K8S_REQUEST_REFUSED: status 503$/,
  },
  'status 429': {
    fault: { kind: 'status', code: 429 },
    reason: /^K8S_REQUEST_REFUSED: status 429/,
  },
  'status 403': {
    fault: { kind: 'status', code: 403 },
    reason: /^K8S_REQUEST_REFUSED: status 403/,
  },
  'status 404, as without definitions': {
    fault: { kind: 'status', code: 404 },
    reason: /^K8S_REQUEST_REFUSED: status 404/,
  },
  'status 302': {
    fault: { kind: 'status', code: 302 },
    reason: /^K8S_REQUEST_REFUSED: status 302/,
  },
  'no answer, and the connection is gone': {
    fault: { kind: 'drop' },
    reason: /^K8S_SERVER_UNREACHABLE: socket hang up$/,
  },
  garbage: {
    fault: { kind: 'text', text: 'what is this?\n' },
    reason: /^K8S_ANSWER_INVALID: /,
  },
  'a page of a proxy': {
    fault: { kind: 'text', text: '<html>\n<body>log in</body>\n</html>\n' },
    reason: /^K8S_ANSWER_INVALID: /,
  },
};

const LISTS: Readonly<Record<string, Case>> = {
  ...EVERYWHERE,
  'half an answer': { fault: { kind: 'half' }, reason: /^K8S_SERVER_UNREACHABLE: aborted$/ },
  'an answer that does not come to an end': {
    fault: { kind: 'slow', bytes: 1 },
    reason: /^K8S_SERVER_SILENT: the API server did not answer in time$/,
  },
  'an answer that never begins': {
    fault: { kind: 'silence' },
    reason: /^K8S_SERVER_SILENT: the API server did not answer in time$/,
  },
  'status 410': {
    fault: { kind: 'status', code: 410 },
    reason: /^K8S_VERSION_EXPIRED: status 410/,
  },
};

const WATCHES: Readonly<Record<string, Case>> = {
  ...EVERYWHERE,
  'an event that is an error': {
    fault: { kind: 'error_event', code: 500, reason: 'InternalError' },
    reason: /^K8S_REQUEST_REFUSED: status 500: a fault$/,
  },
  'events that are none': {
    fault: { kind: 'text', text: '{"type":"ADDED"}\n[]\nnull\n' },
    reason: /^K8S_ANSWER_INVALID: a watch event without an object$/,
  },
  'a bookmark without a version': {
    fault: { kind: 'text', text: '{"type":"BOOKMARK","object":{}}\n' },
    reason: /^K8S_ANSWER_INVALID: a bookmark without a version$/,
  },
  'an end as soon as it begins': {
    fault: { kind: 'text', text: '', isWhole: true },
    reason: /^K8S_SERVER_UNREACHABLE: watches end as soon as they begin$/,
  },
  'events of an unknown type': {
    fault: { kind: 'text', text: NEW_EVENT },
    reason: /^K8S_ANSWER_INVALID: a watch event of an unknown type$/,
  },
};

describe('lists', () => {
  for (const [name, { fault, reason }] of Object.entries(LISTS)) {
    it(`are read in the end after ${name}`, async (t) => {
      await using stage = await ClusterStage.open(isSlow(fault) ? { answerMs: 500 } : {});
      putPod(stage.server, 'web', { metadata: { annotations: { note: 'x'.repeat(3000) } } });
      stage.server.faults.add({ verb: 'list', plural: 'pods', fault });
      stage.connection.start();
      await stage.until('the pods are stale', () => stage.stateOf('pods').kind === 'stale');
      const state = stage.stateOf('pods');
      await stage.until('it was tried again', () => stage.seen('list').length > 3);
      assert.ok(!stage.told.includes('replace pods'));

      stage.server.faults.clear();
      await stage.recovered(t, () => stage.stateOf('pods').kind === 'fresh');

      assert.ok(state.kind === 'stale');
      assert.match(state.reason, reason);
      assert.match(state.since, ISO_TIME);
      assert.deepStrictEqual(stage.podNames(), ['web']);
      assert.deepStrictEqual(stage.historyOf('pods').slice(0, 2), ['stale', 'fresh']);
      // Where answers have little time, those of a busy machine may come too late.
      if (!isSlow(fault)) assert.deepStrictEqual(stage.historyOf('node'), ['fresh']);
    });
  }
});

describe('lists that come slowly', () => {
  it('are read all the same', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web', { metadata: { labels: { app: 'wëb→' } } });
    stage.server.faults.add({ verb: 'list', plural: 'pods', fault: { kind: 'slow', bytes: 7 } });

    await stage.start();

    assert.equal([...stage.pods.values()][0]?.labels['app'], 'wëb→');
    assert.deepStrictEqual(stage.historyOf('pods'), ['fresh']);
  });
});

describe('watches', () => {
  for (const [name, { fault, reason }] of Object.entries(WATCHES)) {
    it(`go on in the end after ${name}`, async (t) => {
      await using stage = await ClusterStage.open();
      putPod(stage.server, 'web');
      putPod(stage.server, 'db');
      await stage.start();
      const known = new Map(stage.pods);
      stage.told.length = 0;

      stage.server.faults.add({ verb: 'watch', plural: 'pods', fault });
      stage.server.watches.dropAll();
      await stage.until('the reason is known', () => reasonOf(stage).match(reason) !== null);
      const tries = stage.seen('watch').length;
      await stage.until('it was tried again', () => stage.seen('watch').length > tries + 1);
      assert.deepStrictEqual(stage.pods, known);
      deletePod(stage.server, 'db');
      putPod(stage.server, 'late');
      stage.server.faults.clear();
      await stage.recovered(t, () => stage.stateOf('pods').kind === 'fresh');
      await stage.until('the pods are known', () => stage.podNames().join() === 'late,web');

      assert.deepStrictEqual(stage.historyOf('pods'), ['fresh', 'stale', 'fresh']);
    });
  }

  it('go on where they were when the connection breaks, without a list', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.start();
    const version = String(stage.server.store.version);
    stage.told.length = 0;

    stage.server.watches.dropAll();
    putPod(stage.server, 'late');
    await stage.until('the late pod is known', () => stage.pods.size === 2);

    assert.deepStrictEqual(stage.told, ['set pod late']);
    assert.equal(stage.seen('list').length, 1);
    assert.equal(stage.seen('watch')[1]?.query['resourceVersion'], version);
  });

  it('tell an event once and whole that was cut in the middle', async () => {
    await using stage = await ClusterStage.open();
    stage.server.faults.add({ verb: 'watch', plural: 'pods', fault: { kind: 'half' }, times: 1 });
    await stage.start();
    stage.told.length = 0;

    putPod(stage.server, 'web');
    await stage.until('the pod is known', () => stage.pods.size === 1);

    assert.deepStrictEqual(stage.told, ['set pod web']);
    assert.deepStrictEqual(stage.podNames(), ['web']);
    assert.equal(stage.seen('watch').length, 2);
  });

  it('put together events that come a few bytes at a time', async () => {
    await using stage = await ClusterStage.open();
    stage.server.faults.add({ verb: 'watch', plural: 'pods', fault: { kind: 'slow', bytes: 7 } });
    await stage.start();

    putPod(stage.server, 'web', { metadata: { labels: { app: 'wëb→' } } });
    await stage.until('the pod is known', () => stage.pods.size === 1);

    assert.equal([...stage.pods.values()][0]?.labels['app'], 'wëb→');
    assert.equal(stage.seen('watch').length, 1);
  });

  it('are begun again when they say nothing, and read all again when it lasts', async () => {
    await using stage = await ClusterStage.open({ silenceMs: 100 });
    stage.server.faults.add({
      verb: 'watch',
      plural: 'pods',
      fault: { kind: 'silence' },
      times: 2,
    });
    await stage.start();
    putPod(stage.server, 'web');
    await stage.until('the pod is known', () => stage.pods.size === 1);
    await stage.until('the last watch is there', () => stage.seen('watch').length >= 3);

    const verbs = stage.server.seen.filter(({ plural }) => plural === 'pods');

    assert.deepStrictEqual(
      verbs.slice(0, 5).map(({ verb }) => verb),
      ['list', 'watch', 'watch', 'list', 'watch'],
    );
    assert.deepStrictEqual(stage.historyOf('pods'), ['fresh']);
  });

  it('stay open while bookmarks come, and others do not', async () => {
    await using stage = await ClusterStage.open({ silenceMs: 300 });
    stage.server.faults.add({ verb: 'watch', plural: 'nodes', fault: { kind: 'silence' } });
    await stage.start();
    const timer = setInterval(() => stage.server.watches.sendBookmarks(), 20);

    await stage.until('the twin is begun again', () => stage.seen('watch', 'nodes').length > 6);
    clearInterval(timer);

    // One, but on a machine that stands still for so long.
    assert.ok(stage.seen('watch').length <= 3, `${stage.seen('watch').length} watches`);
  });
});

describe('an API server that is away', () => {
  it('takes nothing with it, and shows as stale since it went', async (t) => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    putPod(stage.server, 'db');
    await stage.start();
    stage.told.length = 0;

    await stage.server.stop();
    await stage.until('all are stale', () => stage.areAll('stale'));
    const before = stage.stateOf('pods');
    await stage.until('it was tried', () => /ECONNREFUSED/.test(reasonOf(stage)));
    const later = stage.stateOf('pods');
    deletePod(stage.server, 'db');
    assert.deepStrictEqual([stage.podNames(), stage.told], [['db', 'web'], []]);
    await stage.server.listen();
    await stage.recovered(t, () => stage.areAll('fresh'));
    await stage.until('the pod is gone', () => stage.pods.size === 1);

    assert.ok(before.kind === 'stale' && later.kind === 'stale');
    assert.equal(later.since, before.since);
    assert.deepStrictEqual(stage.told, ['remove pod uid-of-db']);
  });

  it('is waited for when it is not there at the start', async () => {
    await using stage = await ClusterStage.open();
    putPod(stage.server, 'web');
    await stage.server.stop();
    stage.connection.start();
    await stage.until('all are stale', () => stage.areAll('stale'));

    await stage.server.listen();
    await stage.until('all are fresh', () => stage.areAll('fresh'));

    assert.deepStrictEqual(stage.podNames(), ['web']);
  });

  it('is left alone for as long as it asks to be', async () => {
    await using stage = await ClusterStage.open();
    const status = { kind: 'status', code: 429 } as const;
    const fault = { ...status, retryAfterSeconds: 3600 };
    stage.server.faults.add({ plural: 'pods', fault });
    stage.server.faults.add({ plural: 'nodes', fault: status });
    stage.connection.start();

    // The twin does not ask, and is tried again and again.
    await stage.until('the node was asked for', () => stage.seen('list', 'nodes').length > 10);

    assert.equal(stage.seen('list').length, 1);
  });
});

function isSlow({ kind }: Fault): boolean {
  return kind === 'silence' || kind === 'slow';
}

function reasonOf(stage: ClusterStage): string {
  const state = stage.stateOf('pods');
  return state.kind === 'stale' ? state.reason : '';
}
