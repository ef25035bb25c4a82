/** Statuses reach their objects once, whatever the server does, and nobody waits for them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StatusWriter } from '../../../../src/kubernetes/status/status-writer.ts';
import type { ClusterPolicyStatus } from '../../../../src/model/cluster-policy-status.ts';
import { silentLogger } from '../../../../src/model/log.ts';
import { ManualTimers } from '../../../support/kubernetes/manual-timers.ts';
import { PolicyStore } from '../../../support/kubernetes/policy-store.ts';
import { StoredObjects } from '../../../support/kubernetes/stored-objects.ts';

const PLACE = { kind: 'TracingPolicy', namespace: '', name: 'watch-mounts' } as const;
const MINUTE_MS = 60_000;
const NOW = '2026-03-01T12:00:00Z';

type Fields = Partial<Omit<ClusterPolicyStatus, 'object'>>;

interface Stage {
  readonly store: PolicyStore;
  readonly objects: StoredObjects;
  readonly timers: ManualTimers;
  readonly writer: StatusWriter;
  readonly warnings: string[];
  /** Another agent at the same server. */
  addNode(node: string): StatusWriter;
  /** A status of the policy as it is in the store. */
  status(fields?: Fields): ClusterPolicyStatus;
}

/** A cluster with one policy, of which this node has heard. */
function aStage(): Stage {
  const store = new PolicyStore();
  const objects = new StoredObjects(store);
  const timers = new ManualTimers();
  const warnings: string[] = [];
  const logger = {
    ...silentLogger,
    warn: ({ code }: Readonly<Record<string, unknown>>) => void warnings.push(String(code)),
  };
  const addNode = (node: string): StatusWriter =>
    new StatusWriter({ node, objects, timers, logger });
  let object = { ...PLACE, ...store.put(PLACE) };
  return {
    store,
    objects,
    timers,
    warnings,
    addNode,
    writer: addNode('node-a'),
    status: (fields = {}) => {
      const { metadata } = store.read(PLACE).body;
      if (metadata !== undefined) object = { ...object, ...Object(metadata) };
      const { uid, generation } = object;
      return { object: { ...PLACE, uid, generation }, state: 'enabled', hooks: [], ...fields };
    },
  };
}

function entry(fields: object = {}): object {
  const counts = { observedGeneration: 1, attached: 0, hooks: 0 };
  return { state: 'enabled', lastTransitionTime: NOW, ...counts, ...fields };
}

function nodesIn(store: PolicyStore): unknown {
  return Object(store.statusOf(PLACE)).nodes;
}

describe('status writer', () => {
  it('writes an entry for the node, and what the entries come to', async () => {
    const { store, timers, writer, status } = aStage();

    writer.reportStatus(
      status({
        mode: 'enforce',
        hooks: [{ kind: 'attached', hook: 'sys_mount', method: 'tp_btf' }],
        matchedPods: 2,
      }),
    );
    await timers.advance(MINUTE_MS);

    assert.deepStrictEqual(store.statusOf(PLACE), {
      nodes: {
        'node-a': entry({
          mode: 'enforce',
          attached: 1,
          hooks: 1,
          attachedHooks: ['sys_mount (tp_btf)'],
          matchedPods: 2,
        }),
      },
      conditions: [
        {
          type: 'Loaded',
          status: 'True',
          reason: 'Loaded',
          message: 'in force on 1/1 nodes',
          observedGeneration: 1,
          lastTransitionTime: '2026-03-01T12:00:02Z',
        },
      ],
      summary: { nodes: '1/1', mode: 'enforce', generation: 1, since: '2026-03-01T12:00:02Z' },
    });
  });

  it('writes nothing when nothing changed, not even after a restart', async () => {
    const { store, timers, writer, addNode, status } = aStage();
    writer.reportStatus(status());
    await timers.advance(MINUTE_MS);
    const { length } = store.patches;

    writer.reportStatus(status());
    const restarted = addNode('node-a');
    restarted.reportStatus(status());
    await timers.advance(10 * MINUTE_MS);

    assert.equal(store.patches.length, length);
    assert.equal(restarted.stats.unchanged, 1);
  });

  it('takes back what an earlier entry said', async () => {
    const { store, timers, writer, status } = aStage();
    const error = { code: 'POLICY_FIELD_UNKNOWN', message: 'no such field', place: '3:5' };
    writer.reportStatus(status({ state: 'load_error', error }));
    await timers.advance(MINUTE_MS);
    assert.deepStrictEqual(nodesIn(store), { 'node-a': entry({ state: 'load_error', error }) });

    writer.reportStatus(status());
    await timers.advance(MINUTE_MS);

    assert.deepStrictEqual(nodesIn(store), {
      'node-a': entry({ lastTransitionTime: '2026-03-01T12:01:00Z' }),
    });
  });

  it('writes the last of many reports only', async () => {
    const { store, timers, writer, status } = aStage();

    for (let pods = 0; pods < 100; pods += 1) writer.reportStatus(status({ matchedPods: pods }));
    await timers.advance(MINUTE_MS);

    assert.deepStrictEqual(nodesIn(store), { 'node-a': entry({ matchedPods: 99 }) });
    assert.equal(writer.stats.written, 1);
  });

  it('keeps counts that change all the time to one write a minute', async () => {
    const { store, timers, writer, status } = aStage();

    for (let pods = 0; pods < 180; pods += 1) {
      writer.reportStatus(status({ matchedPods: pods }));
      await timers.advance(1000);
    }
    await timers.advance(MINUTE_MS);

    assert.equal(writer.stats.written, 4);
    assert.deepStrictEqual(nodesIn(store), { 'node-a': entry({ matchedPods: 179 }) });
  });

  it('writes a new state at once, whatever the counts wait for', async () => {
    const { store, timers, writer, status } = aStage();
    writer.reportStatus(status({ matchedPods: 1 }));
    await timers.advance(1000);
    writer.reportStatus(status({ matchedPods: 2 }));
    await timers.advance(1000);

    writer.reportStatus(status({ matchedPods: 2, state: 'disabled' }));
    await timers.advance(1000);

    const lastTransitionTime = '2026-03-01T12:00:02Z';
    assert.deepStrictEqual(nodesIn(store), {
      'node-a': entry({ matchedPods: 2, state: 'disabled', lastTransitionTime }),
    });
  });

  it('says nothing of objects that it was told are gone', async () => {
    const { store, timers, writer, status } = aStage();
    const report = status();

    writer.reportStatus(report);
    writer.forgetStatus(report.object.uid);
    await timers.advance(MINUTE_MS);

    assert.deepStrictEqual(store.patches, []);
  });

  it('writes nothing after it was closed', async () => {
    const { objects, timers, writer, status } = aStage();
    writer.reportStatus(status());

    await writer.close();
    await timers.advance(MINUTE_MS);

    assert.equal(objects.requests, 0);
  });
});

describe('status writer of many nodes', () => {
  it('leaves every entry to its node, and one summary of all', async () => {
    const { store, timers, addNode, status } = aStage();
    const names = Array.from({ length: 90 }, (_, node) => `node-${node}`);
    const error = { code: 'ENGINE_HOOK_MISSING', message: 'no such function', place: 'sys_x' };

    for (const name of names) {
      const isBad = name === 'node-7';
      addNode(name).reportStatus(status(isBad ? { state: 'load_error', error } : {}));
    }
    await timers.advance(10 * MINUTE_MS);

    assert.deepStrictEqual(Object.keys(Object(nodesIn(store))).toSorted(), names.toSorted());
    const { conditions, summary } = Object(store.statusOf(PLACE));
    assert.equal(conditions.length, 1);
    assert.equal(conditions[0].status, 'False');
    assert.equal(conditions[0].message, 'in force on 89/90 nodes; node-7: sys_x: no such function');
    assert.equal(summary.nodes, '89/90');
    const summaries = store.patches.filter(({ metadata }) => 'resourceVersion' in Object(metadata));
    assert.ok(summaries.length < 2 * names.length, `${summaries.length} summaries`);
  });

  it('has an entry of every node that fails, and of the first where all is well', async () => {
    const { store, timers, addNode, status } = aStage();
    const names = Array.from({ length: 150 }, (_, node) => `node-${node}`);
    for (const name of names) {
      addNode(name).reportStatus(status());
      await timers.advance(100);
    }
    await timers.advance(10 * MINUTE_MS);
    assert.equal(Object.keys(Object(nodesIn(store))).length, 100);

    const error = { code: 'ENGINE_HOOK_MISSING', message: 'no such function', place: '' };
    addNode('node-sick').reportStatus(status({ state: 'load_error', error }));
    await timers.advance(10 * MINUTE_MS);

    assert.deepStrictEqual(Object(Object(nodesIn(store))['node-sick']).error, error);
    const [condition] = Object(store.statusOf(PLACE)).conditions;
    assert.match(condition.message, /^in force on 100\/101 nodes; not every node has an entry; /);
  });

  it('takes no more entries than there is room for', async () => {
    const { store, timers, addNode, status } = aStage();
    const full = Array.from({ length: 400 }, (_, node) => [`node-${node}`, entry()] as const);
    store.setStatus(PLACE, { nodes: Object.fromEntries(full) });
    const error = { code: 'ENGINE_HOOK_MISSING', message: 'no such function', place: '' };

    const late = addNode('node-late');
    late.reportStatus(status({ state: 'load_error', error }));
    const early = addNode('node-399');
    early.reportStatus(status({ state: 'load_error', error }));
    await timers.advance(MINUTE_MS);

    assert.equal(late.stats.omitted, 1);
    assert.equal(early.stats.written, 1);
    assert.equal(Object.keys(Object(nodesIn(store))).length, 400);
  });

  it('removes entries of nodes that never heard of what is a day old', async () => {
    const { store, timers, writer, addNode, status } = aStage();
    addNode('node-off').reportStatus(status());
    writer.reportStatus(status());
    await timers.advance(MINUTE_MS);

    store.put(PLACE);
    writer.reportStatus(status());
    await timers.advance(MINUTE_MS);
    const [waiting] = Object(store.statusOf(PLACE)).conditions;
    await timers.advance(25 * 60 * MINUTE_MS);
    writer.reportStatus(status({ matchedPods: 1 }));
    await timers.advance(MINUTE_MS);

    assert.deepStrictEqual([waiting.status, waiting.reason], ['Unknown', 'Progressing']);
    assert.deepStrictEqual(Object.keys(Object(nodesIn(store))), ['node-a']);
    assert.equal(Object(store.statusOf(PLACE)).summary.nodes, '1/1');
  });
});

describe('status writer at a server that fails', () => {
  for (const status of [0, 401, 403, 408, 409, 429, 500, 503]) {
    it(`tries again after ${status}`, async () => {
      const stage = aStage();
      stage.objects.failures.push({ status }, { status }, { status });

      stage.writer.reportStatus(stage.status());
      await stage.timers.advance(MINUTE_MS);

      assert.deepStrictEqual(nodesIn(stage.store), { 'node-a': entry({}) });
      assert.equal(stage.writer.stats.failed, 3);
      assert.deepStrictEqual(stage.warnings, status === 409 ? [] : ['K8S_STATUS_FAILED']);
    });
  }

  it('asks less often the longer it fails', async () => {
    const { objects, timers, writer, status } = aStage();
    objects.failures.push(...Array.from({ length: 1000 }, () => ({ status: 500 })));

    for (let second = 0; second < 3600; second += 1) {
      writer.reportStatus(status({ matchedPods: second }));
      await timers.advance(1000);
    }

    assert.ok(objects.requests >= 30 && objects.requests < 80, `${objects.requests} requests`);
  });

  it('leaves it alone for as long as it asks', async () => {
    const { objects, timers, writer, status } = aStage();
    objects.failures.push({ status: 429, retryAfterMs: 50_000 });

    writer.reportStatus(status());
    await timers.advance(49_000);
    const { requests } = objects;
    await timers.advance(10_000);

    assert.equal(requests, 1);
    assert.ok(objects.requests > 1);
  });

  it('gives up what is refused until there is something else to say', async () => {
    const { store, objects, timers, writer, warnings, status } = aStage();
    writer.reportStatus(status());
    objects.failures.push({ status: 422 });
    await timers.advance(10 * MINUTE_MS);
    assert.deepStrictEqual(
      [writer.stats.refused, objects.requests, warnings],
      [1, 1, ['K8S_STATUS_REFUSED']],
    );

    writer.reportStatus(status({ state: 'disabled' }));
    await timers.advance(MINUTE_MS);

    assert.equal(Object(Object(nodesIn(store))['node-a']).state, 'disabled');
  });

  it('drops what is about an object that is gone', async () => {
    const { store, objects, timers, writer, status } = aStage();
    writer.reportStatus(status());
    store.remove(PLACE);
    await timers.advance(10 * MINUTE_MS);

    assert.deepStrictEqual([writer.stats.gone, objects.requests], [1, 1]);
  });

  it('says nothing about another object of the same name', async () => {
    const { store, timers, writer, status } = aStage();
    const old = status();
    writer.reportStatus(old);
    await timers.advance(MINUTE_MS);
    store.remove(PLACE);
    store.put(PLACE);

    writer.reportStatus({ ...old, state: 'disabled' });
    await timers.advance(10 * MINUTE_MS);

    assert.equal(store.statusOf(PLACE), undefined);
    assert.equal(writer.stats.gone, 1);
  });

  it('notices that the kind has no status', async () => {
    const { objects, timers, writer, warnings, status } = aStage();
    writer.reportStatus(status());
    // Of the read that follows, the object is there.
    const answerAsBefore = objects.patchStatus.bind(objects);
    objects.patchStatus = () => {
      objects.failures.push({ status: 404 });
      return answerAsBefore(status().object, {});
    };
    await timers.advance(10 * MINUTE_MS);

    assert.deepStrictEqual(warnings, ['K8S_STATUS_NOT_SERVED']);
    assert.deepStrictEqual([writer.stats.refused, writer.stats.gone], [1, 0]);
  });
});
