/** Nodes write into the same object without fights, and within its bounds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  aStage,
  entry,
  MINUTE_MS,
  nodesIn,
  PLACE,
} from '../../../support/kubernetes/status-stage.ts';

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

  it('has no summary of a version that is no longer', async () => {
    const { store, timers, writer, status } = aStage();
    writer.reportStatus(status());
    await timers.advance(1000);
    const other = entry({ state: 'disabled' });
    store.setStatus(PLACE, { nodes: { ...Object(nodesIn(store)), 'node-b': other } });

    await timers.advance(MINUTE_MS);

    assert.equal(Object(store.statusOf(PLACE)).summary.nodes, '1/2');
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
