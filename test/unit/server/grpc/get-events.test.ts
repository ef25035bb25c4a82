/** The stream of events over a real socket. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code, ConnectError } from '@connectrpc/connect';
import { EventType } from '../../../../src/server/grpc/generated/tetragon/events_pb.ts';
import {
  type EventsRequest,
  execLine,
  KPROBE,
  lineOf,
  readOf,
  Stream,
  until,
} from './event-stage.ts';
import { GrpcStage } from './grpc-stage.ts';

async function codeOf(promise: Promise<unknown>): Promise<Code | undefined> {
  try {
    await promise;
  } catch (error) {
    return ConnectError.from(error).code;
  }
  return undefined;
}

describe('GetEvents', () => {
  it('gives events as their lines have them, and nothing that is no event', async () => {
    const lines = [
      execLine('/bin/a'),
      JSON.stringify({ finding: { rule: 'x' }, time: '2026-01-02T03:04:05Z' }),
      JSON.stringify({ enrichment: { process: { pid: 1 } } }),
      'no JSON',
      lineOf('process_kprobe', KPROBE, { warder: { sequence: '4' }, cluster_name: 'c' }),
    ];

    assert.deepStrictEqual(await readOf({}, lines, 2), [
      JSON.parse(lines[0] ?? ''),
      { ...JSON.parse(lineOf('process_kprobe', KPROBE)), cluster_name: 'c' },
    ]);
  });

  it('filters by the allow list and the deny list', async () => {
    const request = {
      allowList: [{ binaryRegex: ['^/bin/'] }, { eventSet: [EventType.PROCESS_EXIT] }],
      denyList: [{ binaryRegex: ['secret'] }],
    };
    const lines = [
      execLine('/bin/secret'),
      execLine('/usr/bin/no'),
      execLine('/bin/yes'),
      lineOf('process_exit', { process: { binary: '/opt/secret' } }),
      lineOf('process_exit', { process: { binary: '/opt/yes' } }),
    ];

    const read = await readOf(request, lines, 2);

    assert.deepStrictEqual(
      read.map((one) => JSON.stringify(one).match(/"binary":"([^"]*)"/)?.[1]),
      ['/bin/yes', '/opt/yes'],
    );
  });

  it('refuses filters that cannot be used, and says which', async () => {
    await using stage = await GrpcStage.open();
    const asked: readonly EventsRequest[] = [
      { allowList: [{ binaryRegex: ['('] }] },
      { denyList: [{ labels: ['a in b'] }] },
      { allowList: [{ celExpression: ['no_such.thing == 1'] }] },
      { allowList: [{ capabilities: { permitted: {} } }] },
      { fieldFilters: [{ fields: { paths: ['process.nothing'] } }] },
      { aggregationOptions: { windowSize: { seconds: 0n } } },
    ];

    for (const request of asked) {
      const responses = stage.client().getEvents(request)[Symbol.asyncIterator]();
      const code = await codeOf(responses.next());
      assert.equal(code, Code.InvalidArgument, JSON.stringify(Object.keys(request)));
    }
    assert.equal(stage.agent.subscribers, 0);
  });

  it('subscribes while there are clients, and not after they went', async () => {
    await using stage = await GrpcStage.open();
    const before = stage.agent.subscribers;

    const streams = [await Stream.open(stage, {}), await Stream.open(stage, {})];
    const during = stage.agent.subscribers;
    for (const stream of streams) stream.cancel();
    await until(() => stage.server.clients.count === 0);

    assert.deepStrictEqual([before, during, stage.agent.subscribers], [0, 1, 0]);
  });

  it('ends streams after what waits for them when the server closes', async () => {
    await using stage = await GrpcStage.open();
    const stream = await Stream.open(stage, {});

    stage.agent.publish([execLine('/bin/a'), execLine('/bin/b')]);
    await stage.server.close();

    assert.equal((await stream.read(2)).length, 2);
    await assert.rejects(stream.read(1), /the stream ended after 0/);
  });

  it('refuses more clients than it can have', async () => {
    await using stage = await GrpcStage.open({ clientsMax: 1 });
    await Stream.open(stage, {});

    const second = stage.client().getEvents({})[Symbol.asyncIterator]().next();

    assert.equal(await codeOf(second), Code.ResourceExhausted);
  });

  it('gives texts that were cut within a character', async () => {
    const cut = execLine('/bin/\ud83d', { cwd: '/\ud83d\ude00' });

    const whole = execLine('/bin/\ufffd', { cwd: '/\ud83d\ude00' });
    assert.deepStrictEqual(await readOf({}, [cut], 1), [JSON.parse(whole)]);
  });

  it('leaves out an event whose message cannot be made, and goes on', async () => {
    const bad = lineOf('process_exec', { process: { pid: 'seven' } });

    const read = await readOf({}, [bad, execLine('/bin/b')], 1);

    assert.deepStrictEqual(read, [JSON.parse(execLine('/bin/b'))]);
  });
});
