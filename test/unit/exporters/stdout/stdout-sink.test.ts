/** The stdout sink: order, bounds, and what becomes of every line when the reader fails. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StdoutSink } from '../../../../src/exporters/stdout/stdout-sink.ts';
import type { CodedError } from '../../../../src/model/errors.ts';

/** A reader that takes chunks only when told to. */
class SlowReader {
  readonly chunks: string[] = [];
  #release: (() => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  readonly writeChunk = (chunk: Uint8Array): Promise<void> => {
    this.chunks.push(Buffer.from(chunk).toString());
    return new Promise((resolve, reject) => {
      this.#release = resolve;
      this.#fail = reject;
    });
  };

  async take(): Promise<void> {
    this.#release?.();
    await new Promise(setImmediate);
  }

  async fail(code: string, errno: number): Promise<void> {
    this.#fail?.(Object.assign(new Error(code), { code, errno }));
    await new Promise(setImmediate);
  }
}

describe('StdoutSink', () => {
  it('writes lines in order, those that came meanwhile as one chunk', async () => {
    const reader = new SlowReader();
    const sink = new StdoutSink({ writeChunk: reader.writeChunk });

    sink.write(['a']);
    sink.write(['b', 'c']);
    sink.write(['d']);
    const before = sink.counts();
    await reader.take();
    await reader.take();

    assert.deepStrictEqual(reader.chunks, ['a\n', 'b\nc\nd\n']);
    assert.deepStrictEqual(before, { written: 0, dropped: 0, waiting: 4 });
    assert.deepStrictEqual(sink.counts(), { written: 4, dropped: 0, waiting: 0 });
  });

  it('drops and counts new lines while the buffer is full, and recovers', async () => {
    const reader = new SlowReader();
    const sink = new StdoutSink({ writeChunk: reader.writeChunk, bufferLengthMax: 4 });

    sink.write(['1111']);
    sink.write(['22', '33', '44', '55']);
    const whileSlow = sink.counts();
    await reader.take();
    sink.write(['66']);
    await reader.take();
    await reader.take();

    assert.deepStrictEqual(whileSlow, { written: 0, dropped: 2, waiting: 3 });
    assert.deepStrictEqual(reader.chunks, ['1111\n', '22\n33\n', '66\n']);
    assert.deepStrictEqual(sink.counts(), { written: 4, dropped: 2, waiting: 0 });
  });

  it('cuts a large backlog into chunks between lines', async () => {
    const reader = new SlowReader();
    const sink = new StdoutSink({ writeChunk: reader.writeChunk });
    const line = 'x'.repeat(100_000);

    sink.write([line, line, line]);
    await reader.take();

    assert.deepStrictEqual(
      reader.chunks.map((chunk) => chunk.length),
      [200_002, 100_001],
    );
  });

  const failures: readonly (readonly [string, string, number, string])[] = [
    ['EPIPE', 'EPIPE', -32, 'SINK_PIPE_CLOSED'],
    ['a full disk', 'ENOSPC', -28, 'SINK_WRITE_FAILED'],
  ];
  for (const [subject, code, errno, expected] of failures) {
    it(`reports ${subject} once and drops everything from then on`, async () => {
      const reader = new SlowReader();
      const errors: CodedError[] = [];
      const sink = new StdoutSink({
        writeChunk: reader.writeChunk,
        onBroken: (error) => errors.push(error),
      });

      sink.write(['a']);
      sink.write(['b']);
      await reader.fail(code, errno);
      sink.write(['c', 'd']);
      await sink.close();

      assert.deepStrictEqual(
        errors.map((error) => [error.code, error.errno, error.call]),
        [[expected, -errno, 'write']],
      );
      assert.deepStrictEqual(reader.chunks, ['a\n']);
      assert.deepStrictEqual(sink.counts(), { written: 0, dropped: 4, waiting: 0 });
    });
  }

  it('writes what waits before it closes, and nothing after', async () => {
    const reader = new SlowReader();
    const sink = new StdoutSink({ writeChunk: reader.writeChunk });
    sink.write(['a']);
    sink.write(['b']);

    const closed = sink.close();
    sink.write(['late']);
    await reader.take();
    await reader.take();
    await closed;

    assert.deepStrictEqual(reader.chunks, ['a\n', 'b\n']);
    assert.deepStrictEqual(sink.counts(), { written: 2, dropped: 1, waiting: 0 });
  });

  it('closes although the reader never reads', async () => {
    const reader = new SlowReader();
    const sink = new StdoutSink({ writeChunk: reader.writeChunk, closeWaitMs: 1 });
    sink.write(['a']);
    sink.write(['b']);

    await sink.close();

    assert.deepStrictEqual(sink.counts(), { written: 0, dropped: 1, waiting: 1 });
  });

  it('closes at once when nothing waits', async () => {
    const sink = new StdoutSink({ writeChunk: new SlowReader().writeChunk });

    await sink.close();

    assert.deepStrictEqual(sink.counts(), { written: 0, dropped: 0, waiting: 0 });
  });
});
