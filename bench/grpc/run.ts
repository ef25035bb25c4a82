/** What events cost over gRPC: to one client, and to many that are given the same bytes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventEncoder } from '../../src/exporters/index.ts';
import { BootClock } from '../../src/model/clock.ts';
import { silentLogger } from '../../src/model/log.ts';
import { GrpcServer } from '../../src/server/grpc/grpc-server.ts';
import { aHookEvent, anExecEvent } from '../../test/support/events.ts';
import { FakeAgent } from '../../test/unit/server/fake-agent.ts';
import { checkBudgets, print, printTable, round } from '../report.ts';

const EVENTS = 40_000;
const WARM_UP = 10_000;
const BATCH = 200;
const CLIENT_COUNTS = [0, 1, 8];

/** One core has to do this much for one client. */
const RATE_MIN = 10_000;

interface Measured {
  readonly clients: number;
  readonly eventsPerSecond: number;
  readonly cpuUsPerEvent: number;
}

/** Prints a table; true when within the budget. */
export async function runGrpcBench(): Promise<boolean> {
  const lines = makeLines();
  const rows: Measured[] = [];
  for (const clients of CLIENT_COUNTS) rows.push(await measure(clients, lines));
  print(`grpc: ${round(EVENTS)} events of ${round(lines[0]?.length ?? 0)} bytes as JSON`);
  printTable(
    ['clients', 'events/s to each', 'CPU of the server, µs/event'],
    rows.map(({ clients, eventsPerSecond, cpuUsPerEvent }) => [
      String(clients),
      round(eventsPerSecond),
      round(cpuUsPerEvent, 1),
    ]),
  );
  const one = rows.find(({ clients }) => clients === 1)?.eventsPerSecond ?? Number.NaN;
  return checkBudgets([
    { name: 'to one client', value: one, relation: 'at least', limit: RATE_MIN, unit: 'events/s' },
  ]);
}

function makeLines(): readonly string[] {
  const encoder = new EventEncoder({
    ...{ nodeName: 'node-1', clusterName: '', credentials: false, extensions: true },
    clock: new BootClock(1_652_273_680_000_000_000n),
  });
  return [encoder.encode(aHookEvent()), encoder.encode(anExecEvent())];
}

/** Clients are processes of their own: what they cost is not the agent's. */
async function measure(clients: number, lines: readonly string[]): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), 'warder-bench-grpc-'));
  const path = join(directory, 'grpc.sock');
  const agent = new FakeAgent();
  const server = new GrpcServer({
    ...{ api: agent, logger: silentLogger, nodeName: 'node-1' },
    addresses: [{ kind: 'unix', path }],
    tools: { compileRegex: () => 'none', compileCondition: () => 'none' },
    logLevel: { level: () => 'info', setLevel: () => undefined },
  });
  await server.listen();
  const children = Array.from({ length: clients }, () => startClient(path));
  try {
    while (server.clients.count < clients) await pause(5);
    await publish(agent, server, { lines, events: WARM_UP });
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    await publish(agent, server, { lines, events: EVENTS });
    const seconds = (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    if (server.dropped > 0) print(`${server.dropped} events were dropped: the numbers are void`);
    return {
      clients,
      eventsPerSecond: EVENTS / seconds,
      cpuUsPerEvent: (user + system) / EVENTS,
    };
  } finally {
    await server.close();
    for (const child of children) child.kill();
    await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
    rmSync(directory, { recursive: true });
  }
}

interface Load {
  readonly lines: readonly string[];
  readonly events: number;
}

/** As fast as the slowest client reads. */
async function publish(
  agent: FakeAgent,
  server: GrpcServer,
  { lines, events }: Load,
): Promise<void> {
  const batch = Array.from({ length: BATCH }, (_, at) => lines[at % lines.length] ?? '');
  const bytesMax = 1_000_000 * Math.max(server.clients.count, 1);
  for (let sent = 0; sent < events; sent += BATCH) {
    agent.publish(batch);
    await pause(0);
    while (server.clients.waitingBytes > bytesMax) await pause(1);
  }
  while (server.clients.waitingBytes > 0) await pause(0);
}

function startClient(path: string): ChildProcess {
  const script = join(import.meta.dirname, 'client.js');
  return spawn(process.execPath, [script, path], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}
