/** Metrics over TCP: they are there, nothing else is, and a taken port ends nothing. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { silentLogger } from '../../../src/model/log.ts';
import {
  createMetricsServer,
  type MetricsServer,
  type MetricsServerOptions,
} from '../../../src/server/index.ts';
import { until } from '../../support/fake-sink.ts';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const LOCAL = { host: '127.0.0.1', port: 0 };

let servers: MetricsServer[] = [];
afterEach(async () => {
  for (const server of servers) await server.close();
  servers = [];
});

function makeServer(options: Partial<MetricsServerOptions> = {}): MetricsServer {
  const metrics = { render: async () => ({ contentType: CONTENT_TYPE, text: 'warder_rules 1\n' }) };
  const server = createMetricsServer({ metrics, logger: silentLogger, address: LOCAL, ...options });
  servers.push(server);
  return server;
}

async function ask(address: string, path: string, method = 'GET'): Promise<readonly unknown[]> {
  const headers = { connection: 'close' };
  const answer = await fetch(`http://${address}${path}`, { method, headers });
  return [answer.status, answer.headers.get('content-type'), await answer.text()];
}

async function takePort(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { server, port: address.port };
}

describe('MetricsServer', () => {
  it('answers with metrics and with its health', async () => {
    const address = await makeServer().listen();

    const json = 'application/json; charset=utf-8';
    assert.match(address, /^127\.0\.0\.1:\d+$/);
    assert.deepStrictEqual(await ask(address, '/metrics'), [200, CONTENT_TYPE, 'warder_rules 1\n']);
    assert.deepStrictEqual(await ask(address, '/healthz'), [200, json, '{"status":"ok"}']);
  });

  it('answers nothing else that the agent could be asked or told', async () => {
    const address = await makeServer().listen();

    const others = [
      '/v1/status',
      '/v1/policies',
      '/v1/events',
      '/v1/quarantines',
      '/',
      '/metrics/x',
    ];
    for (const path of others) assert.equal((await ask(address, path))[0], 404, path);
    assert.equal((await ask(address, '/metrics', 'POST'))[0], 404);
    assert.equal((await ask(address, '/v1/policies', 'POST'))[0], 404);
  });

  it('answers however many connections somebody holds, of which it keeps few', async (t) => {
    const address = await makeServer().listen();
    const port = Number(address.slice(address.lastIndexOf(':') + 1));
    const held = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
    t.after(() => {
      for (const socket of held) socket.destroy();
    });
    for (const socket of held) socket.on('error', () => undefined).resume();
    await Promise.all(held.map((socket) => once(socket, 'connect')));

    const [status] = await ask(address, '/healthz');
    await until(() => held.filter(({ closed }) => !closed).length < 32, 'all are kept');

    assert.equal(status, 200);
    assert.equal(held.at(-1)?.closed, false);
  });

  it('answers on all addresses without a host', async () => {
    const address = await makeServer({ address: { host: '', port: 0 } }).listen();

    const port = address.slice(address.lastIndexOf(':') + 1);
    assert.equal((await ask(`127.0.0.1:${port}`, '/healthz'))[0], 200);
  });

  it('hides why metrics cannot be made', async () => {
    const render = (): Promise<never> => Promise.reject(new TypeError('secret of the inside'));
    const address = await makeServer({ metrics: { render } }).listen();

    const [status, , text] = await ask(address, '/metrics');

    assert.equal(status, 500);
    assert.match(String(text), /SERVER_FAILED/);
    assert.doesNotMatch(String(text), /secret/);
  });

  it('says once that its port is taken, and has it when it is free', async () => {
    const { server: other, port } = await takePort();
    const said: unknown[] = [];
    const logger = {
      ...silentLogger,
      error: ({ code }: { code?: unknown }) => void said.push(code),
    };
    const address = { host: '127.0.0.1', port };
    const server = makeServer({ logger, address, retryMs: 1 });

    const early = await server.listen();
    await new Promise((resolve) => setTimeout(resolve, 20));
    other.close();
    await once(other, 'close');
    const answers = async (): Promise<boolean> => {
      const answer = await ask(`127.0.0.1:${port}`, '/healthz').catch(() => []);
      return answer[0] === 200;
    };
    let isThere = false;
    await until(() => {
      void answers().then((found) => {
        isThere ||= found;
      });
      return isThere;
    });

    assert.equal(early, '');
    assert.deepStrictEqual(said, ['SERVER_METRICS_FAILED']);
  });

  it('listens no more once it is closed', async () => {
    const { server: other, port } = await takePort();
    const server = makeServer({ address: { host: '127.0.0.1', port }, retryMs: 1 });
    await server.listen();
    await server.close();
    other.close();
    await once(other, 'close');
    await new Promise((resolve) => setTimeout(resolve, 20));

    await assert.rejects(ask(`127.0.0.1:${port}`, '/healthz'));
  });
});
