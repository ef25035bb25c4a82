/** Requests for the stream as they come over the wire, those that no library would send as well. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  connect,
  constants,
  type IncomingHttpHeaders,
  type ClientHttp2Stream as Request,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { silentLogger } from '../../../../src/model/log.ts';
import * as events from '../../../../src/server/grpc/generated/tetragon/events_pb.ts';
import { execLine, until } from './event-stage.ts';
import { GrpcStage } from './grpc-stage.ts';

const PATH = '/tetragon.FineGuidanceSensors/GetEvents';

interface Asked {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Answered {
  readonly status: number | undefined;
  readonly grpcStatus: number;
  readonly bytes: number;
}

function frame(message: Uint8Array, flag = 0): Uint8Array {
  const head = Buffer.from([flag, 0, 0, 0, 0]);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** On a connection of its own. */
function openRequest(stage: GrpcStage, path: string, headers: Asked['headers'] = {}): Request {
  const session = connect('http://warder', {
    createConnection: () => connectSocket(stage.socketPath),
  });
  return session.request({
    ...{ ':method': 'POST', ':path': path, te: 'trailers' },
    ...{ 'content-type': 'application/grpc', ...headers },
  });
}

/** Answers when the server has ended the stream. */
async function send(stage: GrpcStage, { path = PATH, headers, body }: Asked): Promise<Answered> {
  const request = openRequest(stage, path, headers);
  let status: number | undefined;
  let trailers: IncomingHttpHeaders = {};
  let bytes = 0;
  request.on('response', (response) => {
    status = response[':status'];
  });
  request.on('trailers', (found) => {
    trailers = found;
  });
  request.on('data', (data: Buffer) => {
    bytes += data.length;
  });
  const ended = new Promise<void>((resolve, reject) => {
    request.on('close', resolve);
    request.on('error', reject);
  });
  request.end(body);
  await ended;
  request.session?.destroy();
  return { status, grpcStatus: Number(trailers['grpc-status']), bytes };
}

/** A request for execs, and for nothing else. */
function execsOnly(): Uint8Array {
  const { PROCESS_EXEC } = events.EventType;
  const request = { allowList: [{ eventSet: [PROCESS_EXEC] }] };
  return toBinary(events.GetEventsRequestSchema, create(events.GetEventsRequestSchema, request));
}

const VERSION = '/tetragon.FineGuidanceSensors/GetVersion';

describe('A request', () => {
  // The name of a socket in the form of a host; a port that there is none of; a name.
  for (const authority of ['%2Frun%2Fwarder.sock', 'host:99999', 'localhost']) {
    it(`is answered whatever its authority: ${authority}`, async () => {
      await using stage = await GrpcStage.open();
      const headers = { ':authority': authority };

      const { grpcStatus } = await send(stage, { path: VERSION, headers, body: Buffer.alloc(5) });

      assert.equal(grpcStatus, 0);
    });
  }
});

describe('A request for the stream', () => {
  it('is answered with what comes until it closes', async () => {
    await using stage = await GrpcStage.open();
    const answered = send(stage, { body: frame(execsOnly()) });
    await until(() => stage.server.clients.count === 1);

    stage.agent.publish([execLine('/bin/a')]);
    await stage.server.close();

    const { status, grpcStatus, bytes } = await answered;
    assert.deepStrictEqual([status, grpcStatus], [200, 0]);
    assert.ok(bytes > 20, `${bytes}`);
  });

  it('may be compressed', async () => {
    await using stage = await GrpcStage.open();
    const headers = { 'grpc-encoding': 'gzip' };
    const answered = send(stage, { headers, body: frame(gzipSync(execsOnly()), 1) });
    await until(() => stage.server.clients.count === 1);

    await stage.server.close();

    assert.equal((await answered).grpcStatus, 0);
  });

  for (const time of ['30m', '1500u', '1500001n', '0m']) {
    it(`ends when its time is up: ${time}`, async () => {
      await using stage = await GrpcStage.open();

      const { grpcStatus } = await send(stage, {
        headers: { 'grpc-timeout': time },
        body: frame(execsOnly()),
      });

      assert.equal(grpcStatus, Code.DeadlineExceeded);
      assert.equal(stage.server.clients.count, 0);
    });
  }

  it('may take longer than timers do', async () => {
    await using stage = await GrpcStage.open();
    const headers = { 'grpc-timeout': '99999999H' };
    const answered = send(stage, { headers, body: frame(execsOnly()) });
    await until(() => stage.server.clients.count === 1);

    await stage.server.close();

    assert.equal((await answered).grpcStatus, 0);
  });

  const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
  const cases: readonly (readonly [string, Omit<Asked, 'path'>, Code])[] = [
    ['nothing', { body: new Uint8Array() }, Code.InvalidArgument],
    ['half a message', { body: frame(execsOnly()).subarray(0, 6) }, Code.InvalidArgument],
    [
      'two messages',
      { body: Buffer.concat([frame(execsOnly()), frame(execsOnly())]) },
      Code.InvalidArgument,
    ],
    ['flags that nobody knows', { body: frame(execsOnly(), 7) }, Code.InvalidArgument],
    ['no message', { body: frame(Uint8Array.of(0xff, 0xff)) }, Code.InvalidArgument],
    ['too much', { body: frame(Buffer.alloc(3 * 1024 * 1024)) }, Code.ResourceExhausted],
    [
      'what is too much when it is unpacked',
      { headers: { 'grpc-encoding': 'gzip' }, body: frame(bomb, 1) },
      Code.InvalidArgument,
    ],
    [
      'another compression',
      { headers: { 'grpc-encoding': 'br' }, body: frame(execsOnly(), 1) },
      Code.Unimplemented,
    ],
    [
      'no time',
      { headers: { 'grpc-timeout': 'soon' }, body: frame(execsOnly()) },
      Code.InvalidArgument,
    ],
  ];
  for (const [name, asked, code] of cases) {
    it(`is refused with ${name}`, async () => {
      await using stage = await GrpcStage.open();

      const { status, grpcStatus } = await send(stage, asked);

      assert.deepStrictEqual([status, grpcStatus], [200, code]);
      assert.equal(stage.agent.subscribers, 0);
    });
  }

  it('that breaks off is no failure of the agent', async () => {
    const logged: string[] = [];
    const error = (_: object, message: string): void => void logged.push(message);
    await using stage = await GrpcStage.open({ logger: { ...silentLogger, error } });
    const request = openRequest(stage, PATH);

    request.write(frame(execsOnly()).subarray(0, 3));
    await once(request, 'ready');
    request.close(constants.NGHTTP2_CANCEL);
    await once(request, 'close');
    await send(stage, { path: VERSION, body: Buffer.alloc(5) });

    assert.deepStrictEqual(logged, []);
    request.session?.destroy();
  });

  it('is refused in another form, and where nothing is', async () => {
    await using stage = await GrpcStage.open();
    const body = frame(execsOnly());

    const json = await send(stage, { headers: { 'content-type': 'application/json' }, body });
    const nowhere = await send(stage, { path: '/tetragon.FineGuidanceSensors/Nothing', body });

    assert.deepStrictEqual([json.status, nowhere.status], [415, 404]);
  });
});
