/** Requests that ask for too much, and answers that would say too much. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import { failureOf, withClient } from './ask.ts';
import { type EventsRequest, Stream } from './event-stage.ts';
import { GrpcStage } from './grpc-stage.ts';

/** Of the stream that is asked for. */
async function refusalOf(request: EventsRequest): Promise<string> {
  const { answer } = await withClient(async (client) => {
    const stream = client.getEvents(request)[Symbol.asyncIterator]();
    return failureOf(stream.next());
  });
  assert.equal(answer.code, Code.InvalidArgument);
  return answer.rawMessage;
}

describe('A request for the stream', () => {
  it('has a bound of expressions over all of its filters', async () => {
    const filter = { binaryRegex: Array.from({ length: 200 }, (_, at) => `^${at}`) };
    const lists = { allowList: [filter, filter, filter], denyList: [filter, filter, filter] };

    assert.match(await refusalOf(lists), /more than 1024 expressions/);
    await using stage = await GrpcStage.open();
    await Stream.open(stage, { allowList: [filter, filter], denyList: [filter, filter] });
  });

  it('has a bound of fields over all of its field filters', async () => {
    const many = { fields: { paths: Array.from({ length: 100 }, () => 'process.pid') } };

    assert.match(await refusalOf({ fieldFilters: [many, many, many] }), /more than 256 fields/);
    const empty = Array.from({ length: 300 }, () => ({}));
    assert.match(await refusalOf({ fieldFilters: empty }), /more than 256 fields/);
    await using stage = await GrpcStage.open();
    await Stream.open(stage, { fieldFilters: [many, many] });
  });
});

describe('A refusal', () => {
  for (const character of ['x', '\u{1f600}']) {
    it(`is short enough for every client: ${character}`, async () => {
      const { answer } = await withClient(async (client) => {
        const refusal = await failureOf(
          client.deleteTracingPolicy({ name: character.repeat(100_000) }),
        );
        // The connection goes on.
        const { version } = await client.getVersion({});
        return { refusal, version };
      });

      const { code, rawMessage } = answer.refusal;
      assert.equal(code, Code.NotFound);
      assert.ok(rawMessage.startsWith('SERVER_POLICY_UNKNOWN: there is no policy "'));
      assert.ok(rawMessage.endsWith(`${character}…`));
      assert.ok(encodeURIComponent(rawMessage).length < 6100);
      assert.equal(answer.version, '1.2.3');
    });
  }
});
