/** The bounded stream of one client. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEventStream } from '../../../src/server/event-stream.ts';

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('event stream', () => {
  it('passes lines on in order, and ends after the last one', async () => {
    const stream = createEventStream();

    stream.write(['{"a":1}', '{"a":2}']);
    const text = readAll(stream.readable);
    stream.write(['{"a":3}']);
    stream.end();

    assert.equal(await text, '{"a":1}\n{"a":2}\n{"a":3}\n');
  });

  it('leaves out what a client is too slow for, and says how much and where', async () => {
    const stream = createEventStream({ lengthMax: 10 });

    stream.write(['aaaa', 'bbbb', 'cccc', 'd']);
    stream.write(['e']);
    stream.readable.read(0);
    stream.write(['ffff']);
    stream.end();

    assert.equal(await readAll(stream.readable), 'aaaa\nbbbb\n{"lost":{"count":3}}\nffff\n');
  });

  it('keeps a line that just fits', async () => {
    const stream = createEventStream({ lengthMax: 8 });

    stream.write(['aaaa', 'bbbb']);
    stream.end();

    assert.equal(await readAll(stream.readable), 'aaaa\nbbbb\n');
  });

  it('takes nothing more after its end or when it was destroyed', async () => {
    const ended = createEventStream();
    const destroyed = createEventStream();

    ended.end();
    ended.write(['late']);
    ended.end();
    destroyed.readable.destroy();
    destroyed.write(['late']);
    destroyed.end();

    assert.equal(await readAll(ended.readable), '');
    assert.equal(destroyed.readable.readableLength, 0);
  });
});
