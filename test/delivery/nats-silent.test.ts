/** A server of NATS that takes connections and says nothing: none of them is left behind. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { closeNats, connectNats } from '../../src/exporters/sinks/nats/connect.ts';
import { NatsSink } from '../../src/exporters/sinks/nats/nats-sink.ts';
import type { NatsServer } from '../../src/exporters/sinks/nats/options.ts';
import { until } from '../support/fake-sink.ts';

const INFO = 'INFO {"server_id":"a","version":"2.10.0","headers":true,"max_payload":1048576}\r\n';

class Silent {
  readonly open = new Set<Socket>();
  seen = 0;
  /** What is done with a connection; nothing is read from others. */
  greet: (socket: Socket) => void = () => undefined;

  static async start(t: TestContext): Promise<readonly [Silent, NatsServer]> {
    const silent = new Silent();
    const server = createServer((socket) => silent.#take(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      for (const socket of silent.open) socket.destroy();
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const servers = [`127.0.0.1:${port}`];
    return [silent, { servers, credentials: { kind: 'none' }, name: 'test' }];
  }

  #take(socket: Socket): void {
    this.seen += 1;
    this.open.add(socket);
    socket.on('error', () => undefined).on('close', () => this.open.delete(socket));
    // What is not read has no end either.
    socket.resume();
    this.greet(socket);
  }
}

function greet(socket: Socket): void {
  socket.write(INFO);
  socket.on('data', (data) => {
    if (data.includes('PING')) socket.write('PONG\r\n');
  });
}

describe('connectNats', () => {
  it('gives up a server that says nothing, and its socket', async (t) => {
    const [silent, server] = await Silent.start(t);

    await assert.rejects(connectNats(server), /TIMEOUT/);

    await until(() => silent.open.size === 0, 'the socket is left open');
    assert.equal(silent.seen, 1);
  });

  it('has one socket at the most while it connects again, and none when closed', async (t) => {
    const [silent, server] = await Silent.start(t);
    silent.greet = greet;
    const connection = await connectNats(server);
    silent.greet = () => undefined;
    for (const socket of silent.open) socket.destroy();
    await until(() => silent.seen >= 3, 'it does not connect again');

    await until(() => silent.open.size === 1, 'sockets of tries are left open');
    await closeNats(connection);
    await until(() => silent.open.size === 0, 'the socket is left open');
  });

  it('keeps the socket of a connection that is used', async (t) => {
    const [silent, server] = await Silent.start(t);
    silent.greet = greet;
    const first = await connectNats(server);
    const second = await connectNats(server);

    await first.flush();
    await closeNats(second);
    await first.flush();
    assert.equal(silent.open.size, 1);
    await closeNats(first);
  });
});

describe('NatsSink', () => {
  it('leaves no socket behind of a server that stopped answering', async (t) => {
    const [silent, server] = await Silent.start(t);
    silent.greet = greet;
    const sink = new NatsSink({ server, cluster: 'c', streams: 'assume' });
    await sink.open();
    silent.greet = () => undefined;
    for (const socket of silent.open) socket.destroy();
    await until(() => silent.seen >= 3, 'it does not connect again');

    await sink.close();

    await until(() => silent.open.size === 0, 'the socket is left open');
  });
});
