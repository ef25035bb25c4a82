/** What identity costs: time for each event, memory for each pod and cgroup. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Enricher } from '../../src/engine/identity/enricher.ts';
import { WorkloadTable } from '../../src/engine/identity/workload-table.ts';
import type { Event } from '../../src/model/event.ts';
import type { Pod } from '../../src/model/pod.ts';
import { putPod } from '../../test/support/cluster-objects.ts';
import { ClusterStage } from '../../test/support/cluster-stage.ts';
import { anExecEvent, aParent, aProcess } from '../../test/support/events.ts';
import { type Budget, checkBudgets, print, printTable, round } from '../report.ts';

const PODS = 1_000;
const CGROUPS_OF_POD = 10;
const EVENTS = 1_000_000;
const BATCH = 256;
const ROUNDS = 5;
const EVENT_NS_MAX = 1_000;
const MEMORY_MIB_MAX = 40;
const LISTED_PODS = 10_000;
const LIST_MS_MAX = 5_000;
const MIB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Measures look-ups and memory; true when both are within their budgets. */
export async function runIdentityBench(): Promise<boolean> {
  const before = usedBytes();
  const table = makeTable();
  const memory = (usedBytes() - before) / MIB;
  const { bare, enriched } = measureEvents(table);
  const listMs = await measureList();
  const { cgroups, pods, containers } = table.counts();
  print(`identity: ${pods} pods, ${containers} containers, ${cgroups} cgroups`);
  printTable(
    ['', 'value'],
    [
      ['memory, MiB', round(memory, 1)],
      ['event handed on, ns', round(bare, 1)],
      ['event looked up and handed on, ns', round(enriched, 1)],
      [`list of ${round(LISTED_PODS)} pods at start, ms`, round(listMs)],
    ],
  );
  const relation = 'at most';
  const budgets: readonly Budget[] = [
    {
      ...{ name: 'identity of an event and its parent', relation, unit: 'ns' },
      ...{ value: enriched - bare, limit: EVENT_NS_MAX },
    },
    {
      ...{ name: `memory of ${pods} pods and ${cgroups} cgroups`, relation, unit: 'MiB' },
      ...{ value: memory, limit: MEMORY_MIB_MAX },
    },
    {
      ...{ name: `list of ${round(LISTED_PODS)} pods at start`, relation, unit: 'ms' },
      ...{ value: listMs, limit: LIST_MS_MAX },
    },
  ];
  return checkBudgets(budgets);
}

/** From the first request until all pods are known, over TLS from a server of this machine. */
async function measureList(): Promise<number> {
  await using stage = await ClusterStage.open();
  for (let number = 0; number < LISTED_PODS; number++) {
    putPod(stage.server, `pod-${number}`, {
      metadata: { annotations: { note: 'x'.repeat(2_000) } },
    });
  }
  const start = performance.now();
  await stage.start();
  const ms = performance.now() - start;
  if (stage.pods.size !== LISTED_PODS) throw new Error(`${stage.pods.size} pods are known`);
  return ms;
}

function usedBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function makeTable(): WorkloadTable {
  let last = 2;
  const table = new WorkloadTable({
    sink: {
      shared: { host: 1, unnamed: 2 },
      add: () => {
        last += 1;
        return last;
      },
      assign: () => {},
      unassign: () => {},
      change: () => {},
      release: () => {},
    },
  });
  for (let number = 0; number < PODS; number++) {
    const pod = aPod(number);
    table.setPod(pod);
    const path = `/kubepods/burstable/pod${pod.uid}/${pod.containers[0]?.id}`;
    for (let below = 0; below < CGROUPS_OF_POD; below++) {
      const id = BigInt(1_000 + number * CGROUPS_OF_POD + below);
      table.made({ id, parentId: 1n, path: below === 0 ? path : `${path}/part-${below}` });
    }
  }
  return table;
}

/** As large as they are in clusters: a dozen of labels and annotations. */
function aPod(number: number): Pod {
  const hex = number.toString(16).padStart(12, '0');
  const uid = `6f1c8b1a-9d2e-4c3b-8a7f-${hex}`;
  const texts = (what: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`shop.example/${what}-${at}`, `${number}-${at}`]),
    );
  return {
    ...{ uid, cgroupUid: uid, namespace: `team-${number % 50}`, name: `web-${hex}` },
    ...{ labels: texts('label'), annotations: texts('annotation'), serviceAccount: 'default' },
    ...{ owner: { kind: 'Deployment', name: `web-${number % 100}` }, hostNetwork: false },
    containers: [
      {
        ...{ name: 'web', id: hex.padStart(64, 'a'), kind: 'container' },
        image: `registry.example/shop/web:${number}`,
        imageId: `registry.example/shop/web@sha256:${hex.padStart(64, 'b')}`,
        ...{ startedAt: '2026-01-02T03:04:05Z', isPrivileged: false },
      },
    ],
  };
}

interface EventTimes {
  /** ns per event, without a look-up and with those of process and parent. */
  readonly bare: number;
  readonly enriched: number;
}

function measureEvents(table: WorkloadTable): EventTimes {
  const batch = Array.from({ length: BATCH }, (_, at) => {
    const cgroupId = BigInt(1_000 + ((at * 7919) % (PODS * CGROUPS_OF_POD)));
    return anExecEvent({ process: aProcess({ cgroupId }), parent: aParent({ cgroupId }) });
  });
  let seen = 0;
  const next = {
    publish: (events: readonly Event[]): void => {
      seen += events.length;
    },
  };
  const enricher = new Enricher({ next, workloads: table });
  const bare = best(() => next.publish(batch.map((event) => ({ ...event }))));
  const enriched = best(() => {
    enricher.publish(
      batch.map((event) => ({
        ...event,
        workload: table.of(event.process.cgroupId),
        parentWorkload: event.parent && table.of(event.parent.cgroupId),
      })),
    );
  });
  if (seen === 0) throw new Error('no event came through');
  return { bare, enriched };
}

/** ns per event of the best round: a busy neighbour can only slow a round down. */
function best(publishBatch: () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    for (let done = 0; done < EVENTS; done += BATCH) publishBatch();
    return Number(process.hrtime.bigint() - start) / EVENTS;
  });
  return Math.min(...rounds);
}
