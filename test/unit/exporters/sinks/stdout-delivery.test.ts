/** Standard output as a destination: what a reader that goes away does to messages. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JSON_FORMAT } from '../../../../src/exporters/sinks/sink-type.ts';
import { StdoutDelivery } from '../../../../src/exporters/sinks/stdout/stdout-delivery.ts';
import { dispatches } from '../../../support/dispatches.ts';
import { aMessage } from '../../../support/messages.ts';

function failing(code: string): StdoutDelivery {
  const writeChunk = async (): Promise<void> => {
    throw Object.assign(new Error('no'), { code });
  };
  return new StdoutDelivery({ writeChunk, format: JSON_FORMAT });
}

describe('StdoutDelivery', () => {
  it('writes a line for each message, in one chunk', async () => {
    const chunks: string[] = [];
    const writeChunk = async (chunk: Uint8Array): Promise<void> => {
      chunks.push(Buffer.from(chunk).toString('utf8'));
    };
    const sink = new StdoutDelivery({ writeChunk, format: JSON_FORMAT });

    const outcomes = await sink.deliver(dispatches(1, 2));

    assert.deepStrictEqual(chunks, [`${aMessage(1).body}\n${aMessage(2).body}\n`]);
    assert.deepStrictEqual(outcomes, [{ kind: 'delivered' }, { kind: 'delivered' }]);
  });

  it('is gone with its reader, and full for a while only', async () => {
    const kinds = await Promise.all(
      ['EPIPE', 'ECONNRESET', 'ENOSPC', 'EIO'].map(async (code) => {
        const [outcome] = await failing(code).deliver(dispatches(1, 1));
        return outcome?.kind;
      }),
    );

    assert.deepStrictEqual(kinds, ['gone', 'gone', 'retry', 'retry']);
  });
});
