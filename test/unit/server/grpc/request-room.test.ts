/** Requests that are large, or slow to come. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code, ConnectError } from '@connectrpc/connect';
import { RequestRoom } from '../../../../src/server/grpc/listen/request-room.ts';
import { GrpcStage } from './grpc-stage.ts';

const LONG_MS = 60_000;

async function* bodyOf(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield Buffer.alloc(size);
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const part of body) size += part.length;
  return size;
}

describe('The room of requests', () => {
  it('is that of all requests together, until they are answered', async () => {
    const room = new RequestRoom({ bytes: 10, sendMs: LONG_MS });
    const first = room.meter(bodyOf(4, 4));
    const second = room.meter(bodyOf(2, 1));
    const third = room.meter(bodyOf(3));

    assert.equal(await readAll(first.body), 8);
    await assert.rejects(readAll(second.body), { code: Code.ResourceExhausted });
    first.end();
    first.end();
    second.end();
    assert.equal(await readAll(third.body), 3);
    await assert.rejects(readAll(room.meter(bodyOf(8)).body), { code: Code.ResourceExhausted });
  });

  it('waits for no client for ever', async () => {
    const room = new RequestRoom({ bytes: 10, sendMs: 1 });
    async function* stalls(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1);
      await new Promise(() => undefined);
    }

    await assert.rejects(readAll(room.meter(stalls()).body), { code: Code.DeadlineExceeded });
  });
});

describe('A large request', () => {
  it('is refused when there is no room for it, and taken when there is', async () => {
    await using stage = await GrpcStage.open({ requestBounds: { bytes: 1000 } });
    const client = stage.client();
    const add = (size: number): Promise<unknown> =>
      client.addTracingPolicy({ yaml: 'x'.repeat(size) });

    const refused = await add(2000).catch((error: unknown) => ConnectError.from(error).code);
    await client.getVersion({});
    const taken = await add(900).catch((error: unknown) => ConnectError.from(error).rawMessage);

    assert.equal(refused, Code.ResourceExhausted);
    assert.match(String(taken), /^SERVER_POLICY_FAILED/);
  });
});
