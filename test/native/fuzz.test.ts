/** Damaged input of every kind ends in a coded error, never in a crash. Seeds are fixed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { KernelError, type RingScan, scanRing } from '../../src/engine/kernel/index.ts';
import { codeOf, createRandom } from './playground.ts';

const RING_BYTES = 4096;
const BUSY_BIT = 0x80000000;

function ringOf(fill: (view: DataView) => void): Uint8Array {
  const data = new Uint8Array(RING_BYTES);
  fill(new DataView(data.buffer));
  return data;
}

function scan(parts: Partial<RingScan>): number {
  const data = parts.data ?? new Uint8Array(RING_BYTES);
  const out = parts.out ?? new Uint8Array(2 * RING_BYTES);
  return scanRing({ consumer: 0, producer: 0, ...parts, data, out });
}

describe('scanRing', () => {
  it('stops before a record that is not committed', () => {
    const data = ringOf((view) => {
      view.setUint32(0, 10, true);
      view.setUint32(24, BUSY_BIT + 8, true);
    });

    assert.equal(scan({ data, producer: 40 }), 24);
  });

  it('copies a record that lies across the end of the ring', () => {
    const data = ringOf((view) => view.setUint32(RING_BYTES - 8, 16, true));
    data.fill(7, 0, 16);
    const out = new Uint8Array(64);
    const lap = 2 ** 32;

    const bytes = scan({
      data,
      out,
      consumer: lap + RING_BYTES - 8,
      producer: lap + RING_BYTES + 16,
    });

    assert.equal(bytes, 24);
    assert.deepStrictEqual(out.subarray(8, 24), new Uint8Array(16).fill(7));
  });

  it('refuses lengths and positions that cannot be', () => {
    const beyond = ringOf((view) => view.setUint32(0, 100, true));
    const longest = ringOf((view) => view.setUint32(0, 0x3fffffff, true));

    assert.equal(
      codeOf(() => scan({ data: beyond, producer: 104 })),
      'ENGINE_RING_CORRUPT',
    );
    assert.equal(
      codeOf(() => scan({ data: longest, producer: 4096 })),
      'ENGINE_RING_CORRUPT',
    );
    assert.equal(
      codeOf(() => scan({ producer: 4104 })),
      'ENGINE_RING_CORRUPT',
    );
    assert.equal(
      codeOf(() => scan({ consumer: 8 })),
      'ENGINE_RING_CORRUPT',
    );
    assert.equal(
      codeOf(() => scan({ producer: 12 })),
      'ENGINE_RING_CORRUPT',
    );
  });

  it('refuses a first record without room for it, and takes it with room', () => {
    const data = ringOf((view) => view.setUint32(0, 100, true));

    const refused = codeOf(() => scan({ data, producer: 112, out: new Uint8Array(111) }));

    assert.equal(refused, 'ENGINE_RING_BATCH_SIZE');
    assert.equal(scan({ data, producer: 112, out: new Uint8Array(112) }), 112);
  });

  it('refuses arguments that are no ring', () => {
    const wrong: readonly Partial<RingScan>[] = [
      { data: new Uint8Array(0) },
      { data: new Uint8Array(100) },
      { data: new Uint8Array(8192 + 1).subarray(1) },
      { consumer: -1 },
      { producer: Number.NaN },
      { producer: 0.5 },
      { out: 'text' as unknown as Uint8Array },
      { data: new Uint16Array(8) as unknown as Uint8Array },
    ];

    assert.deepStrictEqual(
      wrong.map((parts) => codeOf(() => scan(parts))),
      Array(wrong.length).fill('ENGINE_ARGUMENT_INVALID'),
    );
  });

  it('survives 50,000 rings of noise with whole records or a coded error', () => {
    const random = createRandom(1);
    const codes = new Set<string>();
    for (let round = 0; round < 50_000; round++) codes.add(scanNoise(random));

    assert.deepStrictEqual([...codes].sort(), [
      'ENGINE_RING_BATCH_SIZE',
      'ENGINE_RING_CORRUPT',
      'whole records',
    ]);
  });
});

/** Scans one ring of headers that are mostly plausible; says how it ended. */
function scanNoise(random: (limit: number) => number): string {
  const data = ringOf((view) => {
    for (let at = 0; at < RING_BYTES; at += 8 * (1 + random(8))) {
      const length = random(10) === 0 ? random(2 ** 32) : random(60) + random(8) * 2 ** 29;
      view.setUint32(at, length >>> 0, true);
    }
  });
  const consumer = random(1000) * 8;
  const producer = consumer + random(RING_BYTES / 8 + 2) * 8;
  const out = new Uint8Array(random(2) === 0 ? RING_BYTES : random(200));
  try {
    const bytes = scanRing({ data, consumer, producer, out });
    assert.ok(bytes <= out.length && bytes <= producer - consumer && bytes % 8 === 0);
    return 'whole records';
  } catch (error) {
    assert.ok(error instanceof KernelError);
    return error.code;
  }
}

describe('damaged object files', () => {
  it('are refused or opened, and never crash the process', () => {
    const script = fileURLToPath(new URL('./open-damaged.js', import.meta.url));

    const child = spawnSync(process.execPath, [script, '7', '1500'], { encoding: 'utf8' });

    assert.deepStrictEqual([child.signal, child.status, child.stderr], [null, 0, '']);
    assert.deepStrictEqual(JSON.parse(child.stdout), {
      unexpected: [],
      refused: true,
      opened: true,
    });
  });
});
