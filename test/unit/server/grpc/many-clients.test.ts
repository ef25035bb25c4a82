/** A hundred clients with filters of their own, one of which never reads. */
import assert from 'node:assert/strict';
import { connect, constants } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { it } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import * as events from '../../../../src/server/grpc/generated/tetragon/events_pb.ts';
import { execLine, Stream, until } from './event-stage.ts';
import { GrpcStage } from './grpc-stage.ts';

const CLIENTS = 99;
const ROUNDS = 40;
/** Events of one round: one for each client, and large ones for the one that does not read. */
const BOUNDS = { events: 500, bytes: 1_000_000 };

/** Subscribes to everything, and takes no byte of it. */
async function openDeaf(stage: GrpcStage): Promise<() => void> {
  const { count } = stage.server.clients;
  const session = connect('http://warder', {
    createConnection: () => connectSocket(stage.socketPath),
    settings: { initialWindowSize: 0 },
  });
  session.on('error', () => undefined);
  const request = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: '/tetragon.FineGuidanceSensors/GetEvents',
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc+proto',
    [constants.HTTP2_HEADER_TE]: 'trailers',
  });
  request.on('error', () => undefined);
  const message = toBinary(events.GetEventsRequestSchema, create(events.GetEventsRequestSchema));
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  request.end(Buffer.concat([frame, message]));
  await until(() => stage.server.clients.count > count);
  return () => session.destroy();
}

it('a client that never reads holds up nobody, and no more memory than its bounds', async () => {
  await using stage = await GrpcStage.open({ bounds: BOUNDS });
  // Connections may be shared: ten of them carry the streams.
  const clients = Array.from({ length: 10 }, () => stage.client());
  const end = await openDeaf(stage);
  const streams = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, at) => {
      const request = { allowList: [{ binaryRegex: [`^/bin/${at}$`] }] };
      return Stream.open(stage, request, clients[at % clients.length]);
    }),
  );
  await until(() => stage.server.clients.count === CLIENTS + 1);

  const padding = 'x'.repeat(2000);
  for (let round = 0; round < ROUNDS; round += 1) {
    const lines = Array.from({ length: CLIENTS }, (_, at) =>
      execLine(`/bin/${at}`, { arguments: `${round}`, cwd: padding }),
    );
    stage.agent.publish(lines);
    const read = await Promise.all(streams.map((stream) => stream.read(1)));
    const got = read.map(([response]) => {
      assert.ok(response?.event.case === 'processExec');
      const { binary, arguments: words } = response.event.value.process ?? {};
      return `${binary} ${words}`;
    });
    assert.deepStrictEqual(
      got,
      streams.map((_, at) => `/bin/${at} ${round}`),
    );
    assert.ok(stage.server.clients.waitingBytes <= BOUNDS.bytes);
  }

  // All that does not fit its queue; a few events are on their way through the connection.
  const published = ROUNDS * CLIENTS;
  const { dropped } = stage.server;
  assert.ok(dropped >= published - BOUNDS.events - 50, `${dropped} of ${published}`);
  assert.ok(dropped <= published);
  end();
  await until(() => stage.server.clients.count === CLIENTS);
  assert.equal(stage.server.dropped, dropped);
});
