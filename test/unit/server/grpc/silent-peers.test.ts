/** Connections on which nothing comes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { describe, it } from 'node:test';
import { until } from './event-stage.ts';
import { GrpcStage } from './grpc-stage.ts';

/** What a client sends first: that it speaks HTTP/2, and no settings. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

describe('A connection', () => {
  it('is closed when nobody is at its other end', async () => {
    await using stage = await GrpcStage.open({ patience: { quietMs: 10, answerMs: 10 } });
    const socket = connectSocket(stage.socketPath);
    socket.resume();

    socket.write(PREFACE);
    await once(socket, 'close');

    assert.equal(socket.destroyed, true);
  });

  it('may be silent as long as it gives signs of life', async () => {
    await using stage = await GrpcStage.open({ patience: { quietMs: 10, answerMs: 60_000 } });
    const session = connect('http://warder', {
      createConnection: () => connectSocket(stage.socketPath),
    });
    let pings = 0;
    session.on('ping', () => {
      pings += 1;
    });

    await until(() => pings >= 3);

    assert.deepStrictEqual([session.closed, session.destroyed], [false, false]);
    session.destroy();
  });
});
