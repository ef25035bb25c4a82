/** The server on a real unix socket: its file, its streams, its end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLogger } from '../../../src/model/log.ts';
import { EventClients } from '../../../src/server/event-clients.ts';
import { type ApiServer, createServer, type ServerOptions } from '../../../src/server/index.ts';
import { FakeAgent } from './fake-agent.ts';

let directory = '';
let agent = new FakeAgent();
let servers: ApiServer[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'warder-'));
  agent = new FakeAgent();
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.close();
  rmSync(directory, { recursive: true });
});

function makeServer(options: Partial<ServerOptions> = {}): ApiServer {
  const socketPath = join(directory, 'run', 'warder.sock');
  const server = createServer({ api: agent, logger: silentLogger, socketPath, ...options });
  servers.push(server);
  return server;
}

interface Answer {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
}

async function get(socketPath: string, path: string): Promise<Answer> {
  const sent = request({ socketPath, path, agent: false });
  sent.on('error', () => undefined);
  sent.end();
  const [response] = await once(sent, 'response');
  response.on('error', () => undefined);
  return { request: sent, response };
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('socket', () => {
  it('is for its owner only, and is removed at the end', async () => {
    const server = makeServer();

    const path = await server.listen();
    const modes = [join(directory, 'run'), path].map((file) => statSync(file).mode & 0o777);
    const { response } = await get(path, '/healthz');
    const text = await readText(response);
    await server.close();

    assert.deepStrictEqual(modes, [0o700, 0o600]);
    assert.equal(text, '{"status":"ok"}');
    assert.deepStrictEqual(readdirSync(join(directory, 'run')), []);
  });

  it('is refused while another agent is alive, which stays reachable', async () => {
    const path = await makeServer().listen();

    await assert.rejects(makeServer().listen(), {
      code: 'SERVER_ADDRESS_IN_USE',
      message: `another agent listens at ${path}`,
    });

    assert.equal((await get(path, '/healthz')).response.statusCode, 200);
  });

  it('replaces the socket of a dead agent', async () => {
    const path = join(directory, 'warder.sock');
    // A listening socket that is closed by its descriptor leaves its file, as a killed agent does.
    const dead = createNetServer().listen(`${path}.bound`);
    await once(dead, 'listening');
    linkSync(`${path}.bound`, path);
    dead.close();
    await once(dead, 'close');
    assert.equal(existsSync(path), true);

    await makeServer({ socketPath: path }).listen();

    assert.equal((await get(path, '/healthz')).response.statusCode, 200);
  });

  it('leaves a file that is not a socket alone', async () => {
    const path = join(directory, 'notes.txt');
    writeFileSync(path, 'keep me');

    await assert.rejects(makeServer({ socketPath: path }).listen(), {
      code: 'SERVER_ADDRESS_INVALID',
      message: `${path} exists and is not a socket; it is left alone`,
    });

    assert.equal(statSync(path).size, 7);
  });

  it('refuses a path that the kernel would cut', async () => {
    const socketPath = join(directory, 'x'.repeat(100));

    await assert.rejects(makeServer({ socketPath }).listen(), { code: 'SERVER_ADDRESS_INVALID' });
  });

  it('says why it cannot be made', async () => {
    writeFileSync(join(directory, 'file'), '');

    await assert.rejects(makeServer({ socketPath: join(directory, 'file', 's') }).listen(), {
      code: 'SERVER_LISTEN_FAILED',
    });
  });

  it('does not remove a socket that another agent put in its place', async () => {
    const server = makeServer();
    const path = await server.listen();
    rmSync(path);
    const second = makeServer();
    await second.listen();

    await server.close();

    assert.equal((await get(path, '/healthz')).response.statusCode, 200);
  });
});

describe('GET /v1/events', () => {
  it('streams events from now on, and ends cleanly with the server', async () => {
    const server = makeServer();
    const path = await server.listen();
    agent.publish(['{"before":true}']);

    const { response } = await get(path, '/v1/events');
    agent.publish(['{"a":1}', '{"a":2}']);
    agent.publish(['{"a":3}']);
    const text = readText(response);
    await server.close();

    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], 'application/x-ndjson; charset=utf-8');
    assert.equal(await text, '{"a":1}\n{"a":2}\n{"a":3}\n');
    assert.equal(agent.subscribers, 0);
  });

  it('forgets a client that goes away', async () => {
    const path = await makeServer().listen();
    const { request: sent } = await get(path, '/v1/events');
    assert.equal(agent.subscribers, 1);

    sent.destroy();
    await waitFor(() => agent.subscribers === 0);
    agent.publish(['{"late":true}']);

    assert.equal((await get(path, '/healthz')).response.statusCode, 200);
  });

  it('tells a slow client what it lost, and keeps serving the others', async () => {
    const path = await makeServer({ queueLengthMax: 100_000 }).listen();
    const slow = await get(path, '/v1/events');
    const fast = await get(path, '/v1/events');
    slow.response.pause();
    let fastBytes = 0;
    fast.response.on('data', (chunk: Buffer) => {
      fastBytes += chunk.length;
    });

    const line = JSON.stringify({ padding: 'x'.repeat(989) });
    for (let round = 1; round <= 50; round += 1) {
      agent.publish(Array.from({ length: 50 }, () => line));
      await waitFor(() => fastBytes >= round * 50 * (line.length + 1));
    }
    const text = readText(slow.response);
    await servers[0]?.close();

    const lines = (await text).trimEnd().split('\n');
    const received = lines.filter((found) => found === line).length;
    const lost = lines
      .map((found): unknown => JSON.parse(found))
      .map((found) => Number(Object(found).lost?.count ?? 0))
      .reduce((sum, count) => sum + count, 0);
    assert.equal(received + lost, 2500);
    assert.ok(lost > 0, 'the slow client must have lost something');
  });

  it('does not wait for ever for a client that does not read', async () => {
    const server = makeServer({ queueLengthMax: 1_000_000 });
    const path = await server.listen();
    const socket = connect(path);
    socket.write('GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.pause();
    await waitFor(() => agent.subscribers === 1);
    for (let count = 0; count < 20; count += 1) agent.publish(['x'.repeat(100_000)]);

    await server.close();

    assert.equal(agent.subscribers, 0);
    socket.destroy();
  });

  it('takes nobody while it is closing', async () => {
    const clients = new EventClients({ api: agent });
    clients.checkRoom();

    await clients.close();

    assert.throws(() => clients.checkRoom(), { code: 'SERVER_CLOSING' });
  });

  it('refuses one client more than its limit', async () => {
    const path = await makeServer({ clientsMax: 1 }).listen();
    await get(path, '/v1/events');

    const { response } = await get(path, '/v1/events');

    assert.equal(response.statusCode, 503);
    assert.deepStrictEqual(JSON.parse(await readText(response)), {
      code: 'SERVER_CLIENTS_TOO_MANY',
      message: '1 clients follow the events already, and that is the limit',
    });
  });
});
