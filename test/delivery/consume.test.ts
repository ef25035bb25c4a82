/** `warder consume` against a real server: each message once in the file, whoever is killed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { AckPolicy, headers } from 'nats';
import { NatsSink } from '../../src/exporters/sinks/nats/nats-sink.ts';
import type { Dispatch } from '../../src/model/delivery.ts';
import { ALERT } from '../support/delivery-stage.ts';
import { until } from '../support/fake-sink.ts';
import { aMessage } from '../support/messages.ts';
import { connectTo, NatsProcess } from '../support/nats-process.ts';
import { repositoryRoot } from '../support/root.ts';

const MAIN = join(repositoryRoot(), 'build', 'src', 'main.js');
const ROOT = mkdtempSync(join(tmpdir(), 'warder-consume-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

function newFile(): string {
  return join(mkdtempSync(join(ROOT, 'file-')), 'alerts.jsonl');
}

function start(server: NatsProcess, args: readonly string[]): ChildProcess {
  const all = [MAIN, 'consume', '--server', server.url, ...args];
  return spawn(process.execPath, all, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function run(
  server: NatsProcess,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly err: string }> {
  const child = start(server, args);
  let err = '';
  child.stderr?.on('data', (chunk) => {
    err += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, err };
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

function sinkTo(t: TestContext, server: NatsProcess): NatsSink {
  const reach = { servers: [server.url], credentials: { kind: 'none' }, name: 'test' } as const;
  const sink = new NatsSink({ server: reach, cluster: 'prod', streams: 'ensure' });
  t.after(() => sink.close());
  return sink;
}

function dispatches(from: number, to: number): readonly Dispatch[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const number = from + index;
    const message = aMessage(number, ALERT);
    return { message, series: 's', first: number, last: number, attempts: 0 };
  });
}

function bodiesOf(from: number, to: number): readonly string[] {
  return dispatches(from, to).map(({ message }) => message.body);
}

describe('warder consume', () => {
  it('writes what is there, then only what is new', async (t) => {
    const server = await NatsProcess.start(t);
    const sink = sinkTo(t, server);
    const file = newFile();
    await sink.deliver(dispatches(1, 3));

    const first = await run(server, ['--once', file]);
    await sink.deliver(dispatches(4, 5));
    const second = await run(server, ['--once', file]);

    assert.deepStrictEqual([first.code, second.code], [0, 0]);
    assert.deepStrictEqual(linesOf(file), bodiesOf(1, 5));
    assert.match(second.err, /^2 messages were written, 0 came again, 0 gaps, 0 of no use\n$/);
  });

  it('recognises what another consumer name delivers again', async (t) => {
    const server = await NatsProcess.start(t);
    const file = newFile();
    await sinkTo(t, server).deliver(dispatches(1, 3));

    await run(server, ['--once', file]);
    const again = await run(server, ['--once', '--durable', 'other', file]);

    assert.deepStrictEqual(linesOf(file), bodiesOf(1, 3));
    assert.match(again.err, /^0 messages were written, 3 came again/);
  });

  it('says which messages are missing', async (t) => {
    const server = await NatsProcess.start(t);
    const sink = sinkTo(t, server);
    const file = newFile();
    await sink.deliver([...dispatches(1, 2), ...dispatches(6, 6)]);

    const { err } = await run(server, ['--once', file]);

    const gap = { type: 'gap', node: 'node-1', series: 's', first: 3, last: 5 };
    assert.ok(linesOf(file).includes(JSON.stringify(gap)));
    assert.match(err, /^node-1: messages 3 to 5 are missing$/m);
  });

  it('puts what it cannot use beside the file, and does not read it again', async (t) => {
    const server = await NatsProcess.start(t);
    const file = newFile();
    await sinkTo(t, server).deliver(dispatches(1, 1));
    const connection = await connectTo(t, server);
    const head = headers();
    head.set('Nats-Msg-Id', 'bad-1');
    const subject = 'warder.v1.prod.node-1.shop.alert.high';
    await connection.jetstream().publish(subject, 'not JSON', { headers: head });
    await connection.jetstream().publish(subject, '{"no":"id"}');

    const first = await run(server, ['--once', file]);
    const second = await run(server, ['--once', file]);

    assert.deepStrictEqual(linesOf(file), bodiesOf(1, 1));
    assert.deepStrictEqual(
      linesOf(`${file}.dead`).map((line) => {
        const { id, body } = JSON.parse(line);
        return [id, Buffer.from(body, 'base64').toString()];
      }),
      [
        ['bad-1', 'not JSON'],
        ['', '{"no":"id"}'],
      ],
    );
    assert.match(first.err, /2 of no use/);
    assert.match(second.err, /0 of no use/);
  });

  it('has each message once in the file though it is killed again and again', async (t) => {
    const server = await NatsProcess.start(t);
    const sink = sinkTo(t, server);
    const file = newFile();
    const total = 3000;
    for (let from = 1; from <= total; from += 250) {
      await sink.deliver(dispatches(from, from + 249));
    }

    const connection = await connectTo(t, server);
    const manager = await connection.jetstreamManager();
    // What was in flight at a kill comes again after this, in ns.
    await manager.consumers.add('WARDER_ALERTS', {
      durable_name: 'warder-consume',
      ack_policy: AckPolicy.Explicit,
      ack_wait: 500_000_000,
    });
    let kills = 0;
    for (let wanted = 200; wanted < total; wanted += 600) {
      const child = start(server, [file]);
      t.after(() => child.kill('SIGKILL'));
      const isGone = new Promise((resolve) => child.once('exit', resolve));
      await until(() => linesOf(file).length >= wanted, `line ${wanted}`);
      child.kill('SIGKILL');
      await isGone;
      kills += 1;
    }
    const last = start(server, [file]);
    t.after(() => last.kill('SIGKILL'));
    await until(() => new Set(linesOf(file)).size === total, 'the last line');

    const lines = linesOf(file);
    assert.equal(kills, 5);
    assert.equal(lines.length, total);
    assert.deepStrictEqual(lines.toSorted(), bodiesOf(1, total).toSorted());
  });

  it('waits for a server that goes away, and says so once', async (t) => {
    const server = await NatsProcess.start(t);
    const file = newFile();
    await sinkTo(t, server).deliver(dispatches(1, 1));
    const child = start(server, [file]);
    t.after(() => child.kill('SIGKILL'));
    let err = '';
    child.stderr?.on('data', (chunk) => {
      err += String(chunk);
    });
    await until(() => linesOf(file).length === 1, 'the first line');

    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await server.run();
    await sinkTo(t, server).deliver(dispatches(2, 2));
    await until(() => linesOf(file).length === 2, 'the second line');

    assert.deepStrictEqual(linesOf(file), bodiesOf(1, 2));
    assert.ok(err.split('the server is away').length <= 2, err);
  });

  for (const [what, args] of [
    ['there is no such stream', ['--stream', 'NONE', '--once']],
    ['the file is a directory', ['--once']],
  ] as const) {
    it(`fails with a code when ${what}`, async (t) => {
      const server = await NatsProcess.start(t);
      const file = what.startsWith('the file') ? ROOT : newFile();

      const { code, err } = await run(server, [...args, file]);

      assert.equal(code, 1);
      assert.match(err, what.startsWith('the file') ? /EXPORT_FILE_FAILED/ : /SINK_NATS_FAILED/);
    });
  }
});
