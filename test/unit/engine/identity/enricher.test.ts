/** Events wait for their pod, for a while, and are amended when it comes later. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Enricher } from '../../../../src/engine/identity/enricher.ts';
import type { Event } from '../../../../src/model/event.ts';
import type { ContainerWorkload, Workload } from '../../../../src/model/workload.ts';
import { anExecEvent, aProcess } from '../../../support/events.ts';
import { ID, samplePod, UID } from './sample-pods.ts';

const PENDING: ContainerWorkload = {
  ...{ kind: 'container', containerId: ID, runtime: '', podUid: UID, isSandbox: false },
  unknown: 'pod_pending',
};
const NAMED: ContainerWorkload = { ...PENDING, pod: samplePod(), unknown: undefined };
const HOST: Workload = { kind: 'host' };

/** One container, in the cgroup 10, and the host in all others. */
function prepare(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let container = PENDING;
  let now = 0;
  const published: Event[] = [];
  const enricher = new Enricher({
    next: { publish: (batch) => published.push(...batch) },
    workloads: { of: (cgroupId) => (cgroupId === 10n ? container : HOST) },
    now: () => now,
  });
  return {
    enricher,
    published,
    publish: (...events: readonly [number, bigint][]) =>
      enricher.publish(
        events.map(([sequence, cgroupId]) => ({
          ...anExecEvent({ sequence, process: aProcess({ cgroupId }) }),
          workload: cgroupId === 10n ? container : HOST,
        })),
      ),
    name: () => {
      container = NAMED;
      enricher.named(container);
    },
    pass: (ms: number) => {
      now += ms;
      t.mock.timers.tick(ms);
    },
    seen: () =>
      published.map(({ kind, sequence, workload }) => [
        kind,
        sequence,
        workload?.kind === 'container' ? (workload.pod?.name ?? workload.unknown) : workload?.kind,
      ]),
  };
}

describe('Enricher', () => {
  it('lets events through whose workload is known, and keeps the others back', (t) => {
    const { publish, seen, enricher } = prepare(t);
    publish([1, 1n], [2, 10n], [3, 2n]);
    assert.deepStrictEqual(seen(), [
      ['process_exec', 1, 'host'],
      ['process_exec', 3, 'host'],
    ]);
    assert.equal(enricher.counts().held, 1);
  });

  it('lets them go with their pod, in order', (t) => {
    const { publish, name, seen, enricher } = prepare(t);
    publish([1, 10n], [2, 10n]);
    name();
    assert.deepStrictEqual(seen(), [
      ['process_exec', 1, 'web-0'],
      ['process_exec', 2, 'web-0'],
    ]);
    assert.deepStrictEqual(enricher.counts(), {
      ...{ held: 0, named: 2, expired: 0, overflowed: 0, amended: 0 },
    });
  });

  it('lets them go without it when it does not come, and amends them once when it does', (t) => {
    const { publish, name, pass, seen } = prepare(t);
    publish([1, 10n]);
    pass(1999);
    const before = seen();
    pass(1);
    const after = seen();
    name();
    name();

    assert.deepStrictEqual(before, []);
    assert.deepStrictEqual(after, [['process_exec', 1, 'pod_pending']]);
    assert.deepStrictEqual(seen().slice(1), [['enrichment', 1, 'web-0']]);
  });

  it('amends nothing that went out with its pod', (t) => {
    const { publish, name, seen } = prepare(t);
    publish([1, 10n]);
    name();
    name();
    assert.deepStrictEqual(seen(), [['process_exec', 1, 'web-0']]);
  });

  it('is bounded: those that came first go out when too many wait', (t) => {
    const { publish, seen, enricher } = prepare(t);
    for (let sequence = 1; sequence <= 8200; sequence++) publish([sequence, 10n]);
    assert.equal(enricher.counts().held, 8192);
    assert.equal(enricher.counts().overflowed, 8);
    assert.deepStrictEqual(seen().at(-1), ['process_exec', 8, 'pod_pending']);
  });

  it('lets go of everything at the end', (t) => {
    const { publish, seen, enricher } = prepare(t);
    publish([1, 10n]);
    enricher.close();
    assert.deepStrictEqual(seen(), [['process_exec', 1, 'pod_pending']]);
  });
});
