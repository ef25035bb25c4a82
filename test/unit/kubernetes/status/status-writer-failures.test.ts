/** Statuses reach their objects in the end, whatever the server does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  aStage,
  entry,
  MINUTE_MS,
  nodesIn,
  PLACE,
} from '../../../support/kubernetes/status-stage.ts';

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
    store.setStatus(PLACE, { nodes: { 'node-a': entry({ state: 'load_error' }) } });
    objects.refuseEntries = true;
    writer.reportStatus(status());
    await timers.advance(10 * MINUTE_MS);
    assert.deepStrictEqual(
      [writer.stats.refused, objects.requests, warnings],
      [1, 2, ['K8S_STATUS_REFUSED']],
    );

    objects.refuseEntries = false;
    writer.reportStatus(status({ state: 'disabled' }));
    await timers.advance(MINUTE_MS);

    assert.equal(Object(Object(nodesIn(store))['node-a']).state, 'disabled');
  });

  for (const [others, outcome] of [
    [400, { omitted: 1, refused: 0 }],
    [0, { omitted: 0, refused: 1 }],
  ] as const) {
    it(`looks whether ${others} others were faster before it takes no for an answer`, async () => {
      const { store, objects, timers, writer, status } = aStage();
      objects.refuseEntries = true;
      const full = Array.from({ length: others }, (_, n) => [`other-${n}`, entry()] as const);
      // Between the read and the patch.
      objects.afterRead = () => store.setStatus(PLACE, { nodes: Object.fromEntries(full) });

      writer.reportStatus(status());
      await timers.advance(10 * MINUTE_MS);

      const { omitted, refused } = writer.stats;
      assert.deepStrictEqual({ omitted, refused }, outcome);
    });
  }

  it('drops what is about an object that is gone', async () => {
    const { store, objects, timers, writer, status } = aStage();
    writer.reportStatus(status());
    store.remove(PLACE);
    await timers.advance(10 * MINUTE_MS);

    assert.deepStrictEqual([writer.stats.gone, objects.requests], [1, 1]);
  });

  it('says nothing more about another object of the same name', async () => {
    const { store, timers, writer, status } = aStage();
    const old = status();
    store.remove(PLACE);
    store.put(PLACE);

    writer.reportStatus(old);
    await timers.advance(10 * MINUTE_MS);

    assert.equal(store.statusOf(PLACE), undefined);
    assert.equal(writer.stats.gone, 1);
  });

  it('puts right what it wrote into another object that got the name meanwhile', async () => {
    const { store, timers, writer, status } = aStage();
    const old = status();
    writer.reportStatus(old);
    await timers.advance(MINUTE_MS);
    store.remove(PLACE);
    store.put(PLACE);

    writer.reportStatus({ ...old, state: 'disabled' });
    await timers.advance(MINUTE_MS);
    const { gone } = writer.stats;
    writer.reportStatus(status());
    await timers.advance(MINUTE_MS);

    assert.equal(gone, 1);
    assert.equal(Object(Object(nodesIn(store))['node-a']).state, 'enabled');
    assert.equal(Object(store.statusOf(PLACE)).summary.nodes, '1/1');
  });

  it('notices that the kind has no status, and that it has one again', async () => {
    const { store, objects, timers, writer, warnings, status } = aStage();
    const patchStatus = objects.patchStatus.bind(objects);
    objects.patchStatus = () => {
      objects.failures.push({ status: 404 });
      return patchStatus(status().object, {});
    };
    writer.reportStatus(status());
    await timers.advance(10 * MINUTE_MS);
    assert.deepStrictEqual(warnings, ['K8S_STATUS_NOT_SERVED']);
    assert.deepStrictEqual([writer.stats.refused, writer.stats.gone], [1, 0]);

    objects.patchStatus = patchStatus;
    writer.reportStatus(status({ state: 'disabled' }));
    await timers.advance(MINUTE_MS);
    objects.failures.push({ status: 500 });
    writer.reportStatus(status({ state: 'skipped' }));
    await timers.advance(MINUTE_MS);

    assert.equal(Object(Object(nodesIn(store))['node-a']).state, 'skipped');
    assert.equal(writer.stats.refused, 1);
  });
});
