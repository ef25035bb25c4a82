/** Streams that get less than there is: what says the same once, and what there is room for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClientQueue } from '../../../../src/server/grpc/events/client-queue.ts';
import { SharedBytes } from '../../../../src/server/grpc/events/shared-bytes.ts';
import type * as events from '../../../../src/server/grpc/generated/tetragon/events_pb.ts';
import { execLine, jsonOf, KPROBE, lineOf, readOf, Stream, until } from './event-stage.ts';
import { GrpcStage } from './grpc-stage.ts';

describe('Aggregation', () => {
  const window = { aggregationOptions: { windowSize: { nanos: 50_000_000 } } };
  const at = (time: string, tid: number): string => {
    const body = { ...KPROBE, process: { ...KPROBE.process, tid } };
    return lineOf('process_kprobe', body, { time });
  };

  it('counts what says the same, and gives the first of it', async () => {
    const lines = [
      at('2026-01-02T03:04:05Z', 8),
      at('2026-01-02T03:04:06Z', 9),
      execLine('/bin/other'),
      at('2026-01-02T03:04:07Z', 8),
    ];

    const read = await readOf(window, lines, 2);

    assert.deepStrictEqual(read, [
      { ...JSON.parse(lines[0] ?? ''), aggregation_info: { count: '3' } },
      { ...JSON.parse(lines[2] ?? ''), aggregation_info: { count: '1' } },
    ]);
  });

  it('counts nothing together that differs in more than time and thread', async () => {
    const one = lineOf('process_kprobe', KPROBE);
    const other = lineOf('process_kprobe', { ...KPROBE, args: [{ string_arg: '/etc/passwd' }] });

    assert.equal((await readOf(window, [one, other, one, other], 2)).length, 2);
  });

  it('counts again in the next window', async () => {
    await using stage = await GrpcStage.open();
    const stream = await Stream.open(stage, window);
    const counts: unknown[] = [];
    for (const _ of [1, 2]) {
      stage.agent.publish([execLine('/bin/a'), execLine('/bin/a')]);
      const [response] = await stream.read(1);
      counts.push(response?.aggregationInfo?.count);
    }

    assert.deepStrictEqual(counts, [2n, 2n]);
  });

  it('lets pass what is one too many to be held', async () => {
    const request = {
      aggregationOptions: { windowSize: { seconds: 60n }, channelBufferSize: 1n },
    };
    const lines = [execLine('/bin/held'), execLine('/bin/passes')];

    assert.deepStrictEqual(await readOf(request, lines, 1), [
      { ...JSON.parse(lines[1] ?? ''), aggregation_info: { count: '1' } },
    ]);
  });
});

describe('A slow client', () => {
  /** What a client is given that begins to read after the events came. */
  async function readLate(published: number, events: number): Promise<readonly string[]> {
    await using stage = await GrpcStage.open({ bounds: { events, bytes: 1_000_000 } });
    const stream = await Stream.open(stage, {});
    // In one turn: nothing can be handed out meanwhile.
    stage.agent.publish(Array.from({ length: published }, (_, at) => execLine(`/bin/${at}`)));
    const first = await stream.read(events + Number(published > events));
    stage.agent.publish([execLine('/bin/after')]);
    return [...first, ...(await stream.read(1))].map(shortOf);
  }

  it('is told how many events it lost, before the next one', async () => {
    assert.deepStrictEqual(await readLate(5, 2), ['/bin/0', '/bin/1', 'lost 3', '/bin/after']);
  });

  it('is told of no loss where there is none', async () => {
    assert.deepStrictEqual(await readLate(2, 2), ['/bin/0', '/bin/1', '/bin/after']);
  });

  it('loses what is too large to wait', async () => {
    await using stage = await GrpcStage.open({ bounds: { events: 100, bytes: 600 } });
    const stream = await Stream.open(stage, {});
    stage.agent.publish([
      execLine('/bin/a'),
      execLine('/bin/b', { arguments: 'x'.repeat(1000) }),
      execLine('/bin/c'),
    ]);

    const read = (await stream.read(3)).map(shortOf);

    assert.deepStrictEqual(read, ['/bin/a', 'lost 1', '/bin/c']);
    assert.equal(stage.server.dropped, 1);
    assert.equal(stage.agent.missed, 1);
  });
});

describe('Clients that do not read', () => {
  it('have their share when nothing else is left', async () => {
    const room = new SharedBytes(2000, 500);
    const queueOf = (): ClientQueue =>
      new ClientQueue({
        ...{ bounds: { events: 100, bytes: 1800 }, shared: room },
        lossOf: () => new Uint8Array(),
        onDrop: () => undefined,
      });
    const [first, second, third] = [queueOf(), queueOf(), queueOf()];
    for (const queue of [first, second, third]) {
      for (let at = 0; at < 20; at += 1) queue.push(Buffer.alloc(100));
    }

    const waiting = [first.bytes, second.bytes, third.bytes];
    first.abandon();
    third.push(Buffer.alloc(100));

    assert.deepStrictEqual(waiting, [1800, 500, 500]);
    assert.deepStrictEqual([third.bytes, room.taken], [600, 1100]);
  });

  it('give back what waited for them', async () => {
    await using stage = await GrpcStage.open();
    const plain = await Stream.open(stage, {});
    const counting = await Stream.open(stage, {
      aggregationOptions: { windowSize: { seconds: 60n } },
    });
    stage.agent.publish([execLine('/bin/a')]);
    const held = stage.server.clients.waitingBytes;
    plain.cancel();
    counting.cancel();
    await until(() => stage.server.clients.count === 0);

    assert.ok(held > 100, `${held}`);
    assert.equal(stage.server.clients.waitingBytes, 0);
  });
});

describe('What is counted together', () => {
  it('is held in bounds, and what is beyond them goes out', async () => {
    await using stage = await GrpcStage.open({ bounds: { events: 100, bytes: 600 } });
    const request = { aggregationOptions: { windowSize: { seconds: 60n } } };
    const stream = await Stream.open(stage, request);
    stage.agent.publish([
      execLine('/bin/held'),
      execLine('/bin/large', { arguments: 'x'.repeat(450) }),
      execLine('/bin/held'),
    ]);

    const [only] = (await stream.read(1)).map(shortOf);

    assert.equal(only, '/bin/large');
  });
});

function shortOf(response: events.GetEventsResponse): string {
  const { event } = response;
  if (event.case === 'rateLimitInfo') {
    assert.equal(response.nodeName, 'node-1');
    return `lost ${event.value.numberOfDroppedProcessEvents}`;
  }
  if (event.case !== 'processExec') return JSON.stringify(jsonOf(response));
  return event.value.process?.binary ?? '';
}
