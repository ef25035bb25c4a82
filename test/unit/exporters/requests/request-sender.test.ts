/** Requests of policies, at real servers on this machine: what is asked, and what is refused. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { isLocalAddress } from '../../../../src/exporters/requests/allowed-addresses.ts';
import { RequestQueue } from '../../../../src/exporters/requests/request-sender.ts';
import type { Logger } from '../../../../src/model/log.ts';

interface Web {
  readonly server: Server;
  readonly url: string;
  readonly asked: readonly string[];
}

/** Redirects everything elsewhere, after `delayMs`. */
async function startWeb(t: TestContext, delayMs = 0): Promise<Web> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    setTimeout(() => response.writeHead(302, { location: '/elsewhere' }).end('moved'), delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { server, url: `http://127.0.0.1:${port}`, asked };
}

/** Answers every query with NXDOMAIN. */
async function startDns(
  t: TestContext,
): Promise<{ readonly address: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4', (query, { port, address }) => {
    const name: string[] = [];
    for (let at = 12; query[at]; at += (query[at] ?? 0) + 1) {
      name.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
    }
    asked.push(name.join('.'));
    const answer = Buffer.from(query);
    answer.writeUInt16BE(0x8183, 2);
    socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

class Log {
  readonly codes: unknown[] = [];
  readonly logger: Logger = {
    ...{ debug: () => {}, info: () => {}, error: () => {} },
    warn: (details: object) => this.codes.push(Reflect.get(details, 'code')),
  };
}

async function settled(queue: RequestQueue, count: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { sent, failed, dropped } = queue.counts();
    if (sent + failed + dropped >= count) return;
    assert.ok(Date.now() < deadline, `${sent} sent, ${failed} failed, ${dropped} dropped`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('requests', () => {
  it('get what is asked for, once, and not where that leads', async (t) => {
    const web = await startWeb(t);
    const queue = new RequestQueue({ logger: new Log().logger, allowsLocal: true });

    queue.send({ kind: 'GetUrl', url: `${web.url}/token?a=b` });
    await settled(queue, 1);

    assert.deepStrictEqual(web.asked, ['GET /token?a=b']);
    assert.deepStrictEqual(queue.counts(), { sent: 1, failed: 0, dropped: 0 });
  });

  it('do not go to this machine unless that is allowed', async (t) => {
    const web = await startWeb(t);
    const log = new Log();
    const queue = new RequestQueue({ logger: log.logger });

    queue.send({ kind: 'GetUrl', url: `${web.url}/token` });
    queue.send({ kind: 'GetUrl', url: `${web.url.replace('127.0.0.1', 'localhost')}/token` });
    await settled(queue, 2);

    assert.deepStrictEqual(web.asked, []);
    assert.deepStrictEqual(queue.counts(), { sent: 0, failed: 2, dropped: 0 });
    assert.deepStrictEqual(log.codes, ['EXPORT_REQUEST_LOCAL']);
  });

  it('ask for a name, whatever the answer', async (t) => {
    const { address, asked } = await startDns(t);
    const queue = new RequestQueue({ logger: new Log().logger, dnsServers: [address] });

    queue.send({ kind: 'DnsLookup', name: 'token.example.org' });
    await settled(queue, 1);

    assert.deepStrictEqual(asked, ['token.example.org']);
    assert.deepStrictEqual(queue.counts(), { sent: 1, failed: 0, dropped: 0 });
  });

  it('that fail are counted, and the first is logged with its code', async (t) => {
    const web = await startWeb(t);
    web.server.close();
    const log = new Log();
    const queue = new RequestQueue({ logger: log.logger, allowsLocal: true });

    for (let index = 0; index < 3; index++) queue.send({ kind: 'GetUrl', url: web.url });
    await settled(queue, 3);

    assert.deepStrictEqual(queue.counts(), { sent: 0, failed: 3, dropped: 0 });
    assert.deepStrictEqual(log.codes, ['EXPORT_REQUEST_FAILED']);
  });

  it('that are too many are dropped and counted', async (t) => {
    const web = await startWeb(t, 20);
    const queue = new RequestQueue({ logger: new Log().logger, allowsLocal: true });

    for (let index = 0; index < 1100; index++) queue.send({ kind: 'GetUrl', url: web.url });
    const { dropped } = queue.counts();
    queue.close();
    await settled(queue, 1100);

    // Four run, and 1024 wait.
    assert.equal(dropped, 1100 - 4 - 1024);
    assert.equal(queue.counts().dropped, 1100 - 4);
    assert.equal(web.asked.length, 4);
  });
});

describe('local addresses', () => {
  const LOCAL = [
    ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '169.254.169.254', '::1', '::', 'fe80::1'],
    ...['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', 'fd00:ec2::254'],
  ];
  const OUTSIDE = ['192.0.2.1', '10.0.0.1', '2001:db8::1', '::ffff:192.0.2.1', 'example.org', ''];

  it('are those of this machine and of its link', () => {
    assert.deepStrictEqual(LOCAL.filter(isLocalAddress), LOCAL);
  });

  it('are no others', () => {
    assert.deepStrictEqual(OUTSIDE.filter(isLocalAddress), []);
  });
});
