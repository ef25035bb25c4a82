/**
 * An agent's delivery side that is killed while it sends many alerts to a server of NATS: publishes
 * those from one number through another, and prints up to which they are on disk, and how many
 * wait. Arguments: directory, address of the server, first number, last number.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDelivery } from '../../src/exporters/delivery/delivery.ts';
import { CONNECTION_SCHEDULE } from '../../src/exporters/delivery/retry-schedule.ts';
import { NatsSink } from '../../src/exporters/sinks/nats/nats-sink.ts';
import { DEFAULT_STREAMS } from '../../src/exporters/sinks/nats/streams.ts';
import { silentLogger } from '../../src/model/log.ts';
import { messages } from './messages.ts';

const BATCH = 100;
/** About as fast as the server takes them, so that it is killed while both are at work. */
const PAUSE_MS = 20;
const STORE_BYTES_MAX = 1024 * 1024 * 1024;
/** Smaller than by default, for a small disk. */
const PLANS = DEFAULT_STREAMS.map((plan) => ({ ...plan, maxBytes: 100 * 1024 * 1024 }));

const [, , directory = '', server = '', from = '1', through = '0'] = process.argv;

const reach = { servers: [server], credentials: { kind: 'none' }, name: 'storm' } as const;
const delivery = await openDelivery({
  ...{ directory, node: 'node-1', boot: 'boot-1', logger: silentLogger },
  storeBytesMax: STORE_BYTES_MAX,
  destinations: [
    {
      name: 'siem',
      sink: new NatsSink({ server: reach, cluster: 'c', streams: 'ensure', plans: PLANS }),
      ...{ retry: CONNECTION_SCHEDULE, route: {} },
    },
  ],
});

for (let first = Number(from); first <= Number(through); first += BATCH) {
  const last = Math.min(first + BATCH - 1, Number(through));
  const made = messages(first, last, { kind: 'alert', severity: 'high' });
  const isKept = delivery.publishAlerts(made.map((message) => ({ message })));
  if (!isKept) throw new Error('the disk took no alert');
  writeSync(1, `kept ${last}\n`);
  await sleep(PAUSE_MS);
}
setInterval(() => {
  writeSync(1, `waiting ${delivery.counts().sinks['siem']?.waiting ?? -1}\n`);
}, 100);
