/** Reading ring buffers: order, discards, wake-ups, bounds. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type BpfObject, RING_HEADER, RingReader } from '../../src/engine/kernel/index.ts';
import { codeOf, loadPlayground, wordAt, words } from './playground.ts';

const SAMPLE_BYTES = 48;

interface Production {
  readonly count: number;
  readonly discardEvery?: number;
}

function produce(object: BpfObject, { count, discardEvery = 0 }: Production): number {
  const context = words(count, 5, discardEvery, 0);
  return wordAt(object.program('produce').testRun({ context }).context, 12);
}

/** Numbers of the samples in a batch, in order; checks every byte of each. */
function readNumbers(batch: Uint8Array, bytes: number): number[] {
  const numbers: number[] = [];
  for (let offset = 0; offset < bytes; ) {
    const header = wordAt(batch, offset);
    const length = header & RING_HEADER.lengthMask;
    const record = batch.subarray(offset + RING_HEADER.size, offset + RING_HEADER.size + length);
    offset += (length + 15) & ~7;
    assert.equal(length, SAMPLE_BYTES);
    if (header & RING_HEADER.discardBit) continue;
    const number = wordAt(record, 0);
    assert.equal(wordAt(record, 4), 5);
    assert.ok(record.subarray(8).every((byte) => byte === (number & 255)));
    numbers.push(number);
  }
  return numbers;
}

const ignore = (): void => undefined;
const range = (end: number): number[] => Array.from({ length: end }, (_, index) => index);

describe('RingReader', () => {
  it('returns records in order and without the discarded ones', () => {
    using object = loadPlayground();
    using reader = new RingReader([{ map: object.map('ring') }], { onWake: ignore });
    produce(object, { count: 100, discardEvery: 10 });

    const numbers = readNumbers(reader.batch(0), reader.fill(0));

    assert.deepStrictEqual(
      numbers,
      range(100).filter((number) => number % 10 !== 0),
    );
    assert.deepStrictEqual([reader.fill(0), reader.pending()], [0, 0]);
  });

  it('returns whole records when the batch is smaller than what waits', () => {
    using object = loadPlayground();
    const source = { map: object.map('ring'), batchBytes: 1000 };
    using reader = new RingReader([source], { onWake: ignore });
    produce(object, { count: 300 });

    const numbers: number[] = [];
    for (let bytes = reader.fill(0); bytes > 0; bytes = reader.fill(0)) {
      assert.ok(bytes <= 1000);
      numbers.push(...readNumbers(reader.batch(0), bytes));
    }

    assert.deepStrictEqual(numbers, range(300));
  });

  it('follows the ring around its end many times', () => {
    using object = loadPlayground();
    using reader = new RingReader([{ map: object.map('ring') }], { onWake: ignore });

    for (let round = 0; round < 40; round++) {
      produce(object, { count: 401 });
      assert.deepStrictEqual(readNumbers(reader.batch(0), reader.fill(0)), range(401));
    }
  });

  it('gives space back so that a full ring takes records again', () => {
    using object = loadPlayground();
    using reader = new RingReader([{ map: object.map('ring') }], { onWake: ignore });
    for (let round = 0; round < 5; round++) produce(object, { count: 512 });
    assert.equal(produce(object, { count: 1 }), 0);

    while (reader.fill(0) > 0);

    assert.equal(produce(object, { count: 1 }), 1);
  });

  it('wakes for records whose producer asked for no wake-up', async () => {
    using object = loadPlayground();
    const numbers = await new Promise<number[]>((resolve) => {
      const reader = new RingReader([{ map: object.map('ring') }], {
        onWake: () => {
          resolve(readNumbers(reader.batch(0), reader.fill(0)));
          reader.close();
        },
      });
      produce(object, { count: 3 });
    });

    assert.deepStrictEqual(numbers, [0, 1, 2]);
  });

  it('wakes for any of its rings and reads them apart', async () => {
    using object = loadPlayground();
    const sizes = await new Promise<number[]>((resolve) => {
      const sources = [{ map: object.map('ring') }, { map: object.map('small_ring') }];
      const reader = new RingReader(sources, {
        intervalMs: 60_000,
        onWake: () => {
          resolve([reader.fill(0), reader.fill(1)]);
          reader.close();
        },
      });
      object.program('produce_small').testRun({ context: words(0, 0, 0, 0) });
    });

    assert.deepStrictEqual(sizes, [0, 1008]);
  });

  it('does not wake for an empty ring', async () => {
    using object = loadPlayground();
    let wakes = 0;
    using reader = new RingReader([{ map: object.map('ring') }], {
      intervalMs: 1,
      onWake: () => wakes++,
    });

    await new Promise((resolve) => setTimeout(resolve, 30));

    assert.deepStrictEqual([wakes, reader.pending()], [0, 0]);
  });

  it('refuses a record that its batch cannot hold and keeps it', () => {
    using object = loadPlayground();
    const source = { map: object.map('small_ring'), batchBytes: 512 };
    using small = new RingReader([source], { onWake: ignore });
    using large = new RingReader([{ map: object.map('small_ring') }], { onWake: ignore });
    object.program('produce_small').testRun({ context: words(0, 0, 0, 0) });

    assert.equal(
      codeOf(() => small.fill(0)),
      'ENGINE_RING_BATCH_SIZE',
    );
    assert.equal(large.fill(0), 1008);
  });

  it('keeps reading after the object that made the ring is closed', () => {
    const object = loadPlayground();
    using reader = new RingReader([{ map: object.map('ring') }], { onWake: ignore });
    produce(object, { count: 2 });
    object.close();

    assert.deepStrictEqual(readNumbers(reader.batch(0), reader.fill(0)), [0, 1]);
  });

  it('refuses maps that are no rings, no rings at all, and rings it does not have', () => {
    using object = loadPlayground();
    const open = (name: string): unknown =>
      new RingReader([{ map: object.map(name) }], { onWake: ignore });
    using reader = new RingReader([{ map: object.map('ring') }], { onWake: ignore });

    assert.equal(
      codeOf(() => open('rows')),
      'ENGINE_RING_FAILED',
    );
    assert.equal(
      codeOf(() => new RingReader([], { onWake: ignore })),
      'ENGINE_RING_FAILED',
    );
    assert.equal(
      codeOf(() => reader.fill(1)),
      'ENGINE_ARGUMENT_INVALID',
    );
    assert.equal(
      codeOf(() => reader.fill(-1)),
      'ENGINE_ARGUMENT_INVALID',
    );
  });

  it('turns an exception of the handler into an uncaught exception', () => {
    const script = fileURLToPath(new URL('./throwing-reader.js', import.meta.url));

    const child = spawnSync(process.execPath, [script], { encoding: 'utf8' });

    assert.deepStrictEqual([child.stdout, child.status], ['uncaught: from the handler\n', 3]);
  });
});
