/** Times a way to send messages, and counts what it costs of the CPU. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Delivery, openDelivery } from '../../src/exporters/delivery/delivery.ts';
import type { Destination } from '../../src/exporters/delivery/destinations.ts';
import type { OutboundMessage } from '../../src/model/delivery.ts';
import { silentLogger } from '../../src/model/log.ts';

const PUBLISHED_AT_ONCE = 256;
const LOOKED_AT_EVERY = 4 * PUBLISHED_AT_ONCE;
const WAITING_MAX = 4096;
const NS_PER_US = 1000;

export interface Measured {
  readonly eventsPerSecond: number;
  /** Of this process, all its threads. */
  readonly cpuUsPerEvent: number;
}

/** The best of some rounds: a busy neighbour can only slow a round down. */
export async function best(
  rounds: number,
  measure: (round: number) => Promise<Measured>,
): Promise<Measured> {
  const found: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) found.push(await measure(round));
  return {
    eventsPerSecond: Math.max(...found.map(({ eventsPerSecond }) => eventsPerSecond)),
    cpuUsPerEvent: Math.min(...found.map(({ cpuUsPerEvent }) => cpuUsPerEvent)),
  };
}

export async function measure(count: number, run: () => Promise<unknown>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  await run();
  const ns = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(cpu);
  return {
    eventsPerSecond: (count * NS_PER_US * 1e6) / ns,
    cpuUsPerEvent: (user + system) / count,
  };
}

/** A directory for the time of `run`. */
export async function withDirectory<T>(run: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'warder-bench-'));
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** From the first event that is published to the last that is acked, over the disk. */
export function measureDelivery(
  destination: Destination,
  events: readonly OutboundMessage[],
): Promise<Measured> {
  return withDirectory(async (directory) => {
    const delivery = await openDelivery({
      ...{ directory, node: 'node-1', boot: 'boot-1', logger: silentLogger },
      destinations: [destination],
    });
    try {
      return await measure(events.length, () => deliver(delivery, events));
    } finally {
      await delivery.close();
    }
  });
}

async function deliver(delivery: Delivery, events: readonly OutboundMessage[]): Promise<void> {
  for (let at = 0; at < events.length; at += PUBLISHED_AT_ONCE) {
    delivery.publishEvents('telemetry', events.slice(at, at + PUBLISHED_AT_ONCE));
    await new Promise((resolve) => setImmediate(resolve));
    if (at % LOOKED_AT_EVERY !== 0) continue;
    // Only so fast that nothing is dropped, which would not be delivered either.
    while (waitingOf(delivery) > WAITING_MAX) await sleep(0);
  }
  while (waitingOf(delivery) > 0) await sleep(1);
}

function waitingOf(delivery: Delivery): number {
  const waiting = Object.values(delivery.counts().sinks).map((sink) => sink.waiting);
  return Math.max(...waiting);
}
