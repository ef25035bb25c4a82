/** Quarantines: what is held, by whom it is inherited, how long it lasts, and who is left alone. */
import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Captive } from '../support/captives.ts';
import { findCgroupRoot } from '../support/cgroups.ts';
import { aRequest, LiveResponder } from '../support/live-responder.ts';
import { requireCapability } from '../support/require-capability.ts';

interface Bench {
  readonly bench: LiveResponder;
  readonly captive: Captive;
  readonly twin: Captive;
}

/** Undefined when this kernel denies nothing; the test is then skipped. */
function setUp(t: TestContext): Bench | undefined {
  const bench = new LiveResponder();
  t.after(() => bench.close());
  if (!requireCapability(t, 'lsm', bench.lsm)) return undefined;
  const [captive, twin] = [new Captive(), new Captive()];
  t.after(() => [captive, twin].forEach((one) => void one.close()));
  return { bench, captive, twin };
}

describe('quarantine of a process', () => {
  it('holds it and what it forks until it is released, and not its twin', async (t) => {
    const { bench, captive, twin } = setUp(t) ?? {};
    if (bench === undefined || captive === undefined || twin === undefined) return;
    const process = await bench.target(captive.pid);
    const before = await captive.try();

    const result = await bench.responder.respond(aRequest({ kind: 'quarantine', process }));
    const during = [await captive.try(), await captive.tryInChild(), await captive.try()];
    const beside = [await twin.try(), await twin.tryInChild()];
    const [listed] = bench.responder.quarantines();
    const isReleased = bench.responder.release(result.id ?? 0);
    const afterwards = [await captive.try(), await captive.tryInChild()];

    assert.equal(before, 'free');
    assert.deepStrictEqual([result.outcome, result.processes, result.reason], ['denied', 1, '']);
    assert.deepStrictEqual(during, ['held', 'held', 'held']);
    assert.deepStrictEqual(beside, ['free', 'free']);
    assert.deepStrictEqual([listed?.id, listed?.process], [result.id, process]);
    assert.ok((listed?.denied ?? 0) >= 60, `denied ${listed?.denied}`);
    assert.equal(isReleased, true);
    assert.deepStrictEqual(afterwards, ['free', 'free']);
    assert.deepStrictEqual(bench.responder.quarantines(), []);
    t.diagnostic(`in force after ${(Number(result.latencyNs) / 1e6).toFixed(1)} ms`);
  });

  it('is lifted one by one where several hold', async (t) => {
    const { bench, captive } = setUp(t) ?? {};
    if (bench === undefined || captive === undefined) return;
    const process = await bench.target(captive.pid);
    const request = aRequest({ kind: 'quarantine', process });
    const first = await bench.responder.respond(request);
    const second = await bench.responder.respond(request);

    bench.responder.release(first.id ?? 0);
    const between = await captive.try();
    bench.responder.release(second.id ?? 0);

    assert.deepStrictEqual([between, await captive.try()], ['held', 'free']);
  });

  it('does nothing in a dry run', async (t) => {
    const { bench, captive } = setUp(t) ?? {};
    if (bench === undefined || captive === undefined) return;
    const process = await bench.target(captive.pid);

    const result = await bench.responder.respond(
      aRequest({ kind: 'quarantine', process, isDryRun: true }),
    );

    assert.deepStrictEqual([result.outcome, result.processes, result.id], ['denied', 1, undefined]);
    assert.deepStrictEqual(
      result.found.map(({ tgid }) => tgid),
      [captive.pid],
    );
    assert.deepStrictEqual(bench.responder.quarantines(), []);
    assert.equal(await captive.try(), 'free');
  });
});

describe('quarantine of a cgroup', () => {
  it('holds what is in it or below it, and nothing beside it', async (t) => {
    const { bench, captive, twin } = setUp(t) ?? {};
    if (bench === undefined || captive === undefined || twin === undefined) return;
    const inner = new Captive();
    const [held, below, beside] = ['', '/below', '-beside'].map((name) => {
      const path = join(findCgroupRoot(), `warder-quarantine${name}`);
      mkdirSync(path);
      return path;
    });
    if (held === undefined || below === undefined || beside === undefined) return;
    t.after(async () => {
      for (const one of [inner, captive, twin]) one.close();
      for (const path of [below, held, beside]) await removeCgroup(path);
    });
    for (const [path, { pid }] of [
      [held, captive],
      [below, inner],
      [beside, twin],
    ] as const) {
      writeFileSync(join(path, 'cgroup.procs'), String(pid));
    }
    const cgroupId = statSync(held, { bigint: true }).ino;

    const request = aRequest({ kind: 'quarantine', scope: 'cgroup', cgroupId });
    const result = await bench.responder.respond(request);
    const during = [await captive.try(), await captive.tryInChild(), await inner.try()];
    const outside = await twin.try();
    bench.responder.release(result.id ?? 0);

    assert.deepStrictEqual([result.outcome, result.processes], ['denied', 2]);
    assert.deepStrictEqual(during, ['held', 'held', 'held']);
    assert.equal(outside, 'free');
    assert.deepStrictEqual([await captive.try(), await inner.try()], ['free', 'free']);
  });
});

describe('quarantine on a kernel that denies nothing', () => {
  it('says why it is not enforced', async (t) => {
    const bench = new LiveResponder();
    t.after(() => bench.close());
    if (bench.lsm.available) return t.skip('this kernel denies');
    const captive = new Captive();
    t.after(() => captive.close());
    const process = await bench.target(captive.pid);

    const { outcome, reason, processes } = await bench.responder.respond(
      aRequest({ kind: 'quarantine', process }),
    );

    assert.deepStrictEqual([outcome, processes], ['not_enforced', 0]);
    assert.equal(reason, `this kernel denies nothing to processes: ${bench.lsm.detail}`);
    assert.equal(await captive.try(), 'free');
  });
});

/** A process that was killed is still in it for a moment. */
async function removeCgroup(path: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      return rmdirSync(path);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`${path} cannot be removed`);
}
