/** Statuses reach their objects once, and nobody waits for them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  aStage,
  entry,
  MINUTE_MS,
  nodesIn,
  PLACE,
} from '../../../support/kubernetes/status-stage.ts';

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

  it('writes what is reported while it writes something else', async () => {
    const { store, objects, timers, writer, status } = aStage();
    objects.duringPatch = () => writer.reportStatus(status({ state: 'disabled' }));

    writer.reportStatus(status());
    await timers.advance(MINUTE_MS);

    assert.equal(Object(Object(nodesIn(store))['node-a']).state, 'disabled');
    assert.equal(writer.stats.written, 2);
  });

  it('keeps no more objects in mind than clusters have', async () => {
    const { writer, status } = aStage();
    const report = status();

    for (let n = 0; n < 5000; n += 1) {
      writer.reportStatus({ ...report, object: { ...report.object, uid: `u${n}` } });
    }

    assert.equal(writer.stats.omitted, 904);
    await writer.close();
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
