/** 200,000 alerts reach a server that is killed, with a full disk, from an agent that is killed. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'nats';
import { idsOf } from '../support/delivery-stage.ts';
import { until } from '../support/fake-sink.ts';
import { NatsProcess } from '../support/nats-process.ts';
import { repositoryRoot } from '../support/root.ts';

const CHILD = join(repositoryRoot(), 'build', 'test', 'support', 'storm-child.js');
const ALERTS = 200_000;
const SERVER_KILLS = 20;
const AGENT_KILLS = 10;
const DISK = '512m';
const MIB = 1024 * 1024;
const PATIENCE_MS = 900_000;

/** The agent, which goes on after each kill behind what it said to be on disk. */
class Storm {
  readonly #t: TestContext;
  readonly #directory: string;
  readonly #server: string;
  #child: ChildProcess | undefined;
  kept = 0;
  waiting = -1;

  constructor(t: TestContext, directory: string, server: string) {
    this.#t = t;
    this.#directory = directory;
    this.#server = server;
  }

  start(): void {
    const args = [CHILD, this.#directory, this.#server, String(this.kept + 1), String(ALERTS)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#t.after(() => child.kill('SIGKILL'));
    this.#child = child;
    let rest = '';
    child.stdout?.on('data', (chunk) => {
      const lines = `${rest}${String(chunk)}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [what, number] = line.split(' ');
        if (what === 'kept') this.kept = Number(number);
        else this.waiting = Number(number);
      }
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    const gone = new Promise((resolve) => child?.once('close', resolve));
    child?.kill('SIGKILL');
    await gone;
    this.waiting = -1;
  }
}

/** The ids in the order in which the server stored them. */
async function readStored(url: string): Promise<readonly string[]> {
  const connection = await connect({ servers: url });
  const manager = await connection.jetstreamManager();
  const { state } = await manager.streams.info('WARDER_ALERTS');
  const consumer = await connection.jetstream().consumers.get('WARDER_ALERTS');
  const ids: string[] = [];
  while (ids.length < state.messages) {
    const batch = await consumer.fetch({ max_messages: 5000, expires: 10_000 });
    for await (const message of batch) ids.push(message.headers?.get('Nats-Msg-Id') ?? '');
  }
  await connection.close();
  return ids;
}

function mountDisk(t: TestContext, directory: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', directory]);
  t.after(() => execFileSync('umount', ['-l', directory]));
}

/** Leaves no block free. */
function fill(path: string): void {
  for (let size = 16 * MIB; size >= 4096; size /= 2) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Smaller pieces follow until nothing is left.
    }
  }
}

describe('200,000 alerts', () => {
  it('are each stored once, in their order, whatever is killed or full meanwhile', async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'warder-storm-'));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    const disk = mkdtempSync(join(tmpdir(), 'warder-storm-disk-'));
    mountDisk(t, disk);
    const server = await NatsProcess.start(t, '', disk);
    const storm = new Storm(t, root, server.url);
    storm.start();

    for (let turn = 1; turn <= SERVER_KILLS; turn += 1) {
      const wanted = (turn * ALERTS) / (SERVER_KILLS + 1);
      await until(() => storm.kept >= wanted, `alert ${wanted}`, PATIENCE_MS);
      await server.kill();
      if (turn % (SERVER_KILLS / AGENT_KILLS) === 0) {
        await storm.kill();
        storm.start();
      }
      await sleep(200);
      await server.run();
      if (turn !== SERVER_KILLS / 2) continue;
      fill(join(disk, 'ballast'));
      assert.equal(statfsSync(disk).bfree, 0);
      await sleep(5000);
      rmSync(join(disk, 'ballast'));
    }
    await until(() => storm.kept === ALERTS, 'the last alert', PATIENCE_MS);
    await until(() => storm.waiting === 0, 'the last ack', PATIENCE_MS);

    const stored = await readStored(server.url);
    assert.equal(stored.length, ALERTS);
    assert.deepStrictEqual(stored, idsOf(1, ALERTS));
  });
});
