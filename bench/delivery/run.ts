/** What delivery costs: events over the disk to a sink, beside a bare client in the same run. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../src/exporters/clock.ts';
import { openDelivery } from '../../src/exporters/delivery/delivery.ts';
import type { Destination } from '../../src/exporters/delivery/destinations.ts';
import { CONNECTION_SCHEDULE } from '../../src/exporters/delivery/retry-schedule.ts';
import type { DeliverySink } from '../../src/exporters/delivery-sink.ts';
import { FILE_BATCH, FileSink } from '../../src/exporters/sinks/file/file-sink.ts';
import { NatsSink } from '../../src/exporters/sinks/nats/nats-sink.ts';
import { JSON_FORMAT } from '../../src/exporters/sinks/sink-type.ts';
import { WEBHOOK_BATCH, WebhookSink } from '../../src/exporters/sinks/webhook/webhook-sink.ts';
import type { DeliveryOutcome, OutboundMessage } from '../../src/model/delivery.ts';
import { silentLogger } from '../../src/model/log.ts';
import { NatsProcess } from '../../test/support/nats-process.ts';
import { type Budget, checkBudgets, print, printTable, round } from '../report.ts';
import { post, publish, writeFile } from './bare.ts';
import { best, type Measured, measure, measureDelivery, withDirectory } from './measure.ts';

const ROUNDS = 5;
const EVENTS = 40_000;
const REQUESTS = 2_000;
const BODY_CHARACTERS = 1_200;
const RATIO_MIN = 0.7;
const LAG_EVENTS = 500;
/** Noise of a disk that syncs. */
const LAG_MAX = 1.5;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

interface Pair {
  readonly name: string;
  readonly bare: Measured;
  readonly ours: Measured;
}

/** Prints a table; true when within the budgets. */
export async function runDeliveryBench(): Promise<boolean> {
  const pairs = [await fileBench(), await natsBench(), await webhookBench()];
  print(`delivery: events of ${round(BODY_CHARACTERS)} characters, each on disk before it is sent`);
  printTable(
    ['', 'events/s', 'bare client', 'ratio', 'CPU us per event', 'bare client'],
    pairs.map(({ name, bare, ours }) => [
      name,
      round(ours.eventsPerSecond),
      round(bare.eventsPerSecond),
      round(ours.eventsPerSecond / bare.eventsPerSecond, 2),
      round(ours.cpuUsPerEvent, 1),
      round(bare.cpuUsPerEvent, 1),
    ]),
  );
  const isolation = await isolationBench();
  return checkBudgets([
    ...pairs.filter(({ name }) => name !== 'webhook').map(budgetOf),
    ...isolation,
  ]);
}

function budgetOf({ name, bare, ours }: Pair): Budget {
  return {
    ...{ name: `${name} to a bare client`, relation: 'at least', limit: RATIO_MIN, unit: 'x' },
    value: ours.eventsPerSecond / bare.eventsPerSecond,
  };
}

function fileBench(): Promise<Pair> {
  return withDirectory(async (directory) => ({
    name: 'file, synced',
    bare: await best(ROUNDS, (turn) => {
      const events = someEvents(EVENTS, turn);
      return measure(EVENTS, () => writeFile(join(directory, `bare-${turn}`), events));
    }),
    ours: await best(ROUNDS, (turn) => {
      const sink = aFileSink(join(directory, `ours-${turn}`));
      return measureDelivery(to('file', sink, FILE_BATCH), someEvents(EVENTS, turn));
    }),
  }));
}

function aFileSink(path: string): FileSink {
  return new FileSink({
    ...{ path, bytesMax: 1e9, ageMaxMs: 1e9, keep: 1, compress: false, mode: 0o600 },
    ...{ format: JSON_FORMAT, clock: systemClock, logger: silentLogger },
  });
}

async function natsBench(): Promise<Pair> {
  const server = await NatsProcess.begin();
  const reach = { servers: [server.url], credentials: { kind: 'none' }, name: 'bench' } as const;
  const aSink = (): NatsSink => new NatsSink({ server: reach, cluster: 'c', streams: 'ensure' });
  const ours = await best(ROUNDS, (turn) =>
    measureDelivery(to('nats', aSink()), someEvents(EVENTS, turn)),
  );
  const bare = await best(ROUNDS, (turn) => {
    const events = someEvents(EVENTS, turn + ROUNDS);
    return measure(EVENTS, () => publish(server.url, events));
  });
  await server.end();
  return { name: 'NATS JetStream', ours, bare };
}

async function webhookBench(): Promise<Pair> {
  const receiver = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const options = {
    ...{ url, secrets: [SECRET], clock: systemClock },
    ...{ allowsPlain: true, allowedNetworks: ['127.0.0.0/8'] },
  };
  const ours = await best(ROUNDS, (turn) => {
    const destination = to('webhook', new WebhookSink(options), WEBHOOK_BATCH);
    return measureDelivery(destination, someEvents(REQUESTS, turn));
  });
  const bare = await best(ROUNDS, (turn) => {
    const events = someEvents(REQUESTS, turn);
    return measure(REQUESTS, () => post(url, events, WEBHOOK_BATCH.records));
  });
  receiver.close();
  return { name: 'webhook', ours, bare };
}

/** How late a file is beside a sink that never answers and one that always fails, and alone. */
async function isolationBench(): Promise<readonly Budget[]> {
  const alone = await lagBeside([]);
  const beside = await lagBeside([to('hanging', hanging()), to('failing', AWAY)]);
  print('');
  printTable(
    ['lag of a file sink, ms', 'median', '99 of 100'],
    [
      ['alone', round(alone.median, 2), round(alone.high, 2)],
      ['beside a hanging and a failing sink', round(beside.median, 2), round(beside.high, 2)],
    ],
  );
  return [
    {
      ...{ name: 'median lag beside dead sinks', relation: 'at most', unit: 'x' },
      ...{ value: beside.median / alone.median, limit: LAG_MAX },
    },
  ];
}

const AWAY: DeliverySink = {
  open: async () => undefined,
  deliver: async (dispatches) => dispatches.map(() => ({ kind: 'retry', reason: 'away' })),
  close: async () => undefined,
};

/** Answers when it is closed. */
function hanging(): DeliverySink {
  const end = Promise.withResolvers<readonly DeliveryOutcome[]>();
  return { ...AWAY, deliver: () => end.promise, close: async () => end.resolve([]) };
}

interface Lag {
  /** ms from publishing to the ack. */
  readonly median: number;
  readonly high: number;
}

/** An event at a time, as on a quiet machine. */
function lagBeside(others: readonly Destination[]): Promise<Lag> {
  return withDirectory(async (directory) => {
    const file = aFileSink(join(directory, 'lag.json'));
    const acked = new Map<string, () => void>();
    const sink: DeliverySink = {
      open: () => file.open(),
      close: () => file.close(),
      async deliver(dispatches) {
        const outcomes = await file.deliver(dispatches);
        for (const { message } of dispatches) acked.get(message.id)?.();
        return outcomes;
      },
    };
    const delivery = await openDelivery({
      ...{ directory, node: 'node-1', boot: 'boot-1', logger: silentLogger },
      destinations: [to('file', sink), ...others],
    });
    const lags: number[] = [];
    for (const event of someEvents(LAG_EVENTS, 0)) {
      const done = new Promise<void>((resolve) => acked.set(event.id, resolve));
      const start = performance.now();
      delivery.publishEvents('matched', [event]);
      await done;
      lags.push(performance.now() - start);
    }
    await delivery.close();
    const sorted = lags.toSorted((a, b) => a - b);
    const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
    return { median: at(0.5), high: at(0.99) };
  });
}

function to(name: string, sink: DeliverySink, batch?: Destination['batch']): Destination {
  return { name, sink, batch, retry: CONNECTION_SCHEDULE, route: {} };
}

/** Other ids each turn, so that the server takes none for a duplicate. */
function someEvents(count: number, turn: number): readonly OutboundMessage[] {
  return Array.from({ length: count }, (_, number) => ({
    id: `node-1/boot-${turn}/${number}`,
    ...{ kind: 'event', severity: 'informational', node: 'node-1', namespace: 'shop', rule: '' },
    timeMs: 1_800_000_000_000 + number,
    body: JSON.stringify({ process_exec: { number, text: 'x'.repeat(BODY_CHARACTERS) } }),
  }));
}
