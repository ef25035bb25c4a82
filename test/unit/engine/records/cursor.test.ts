/** The cursor finds every record of a batch and never trusts one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecordCursor } from '../../../../src/engine/records/cursor.ts';
import { RECORD_KIND } from '../../../../src/engine/records/generated/enums.ts';
import { HOOK_ARGUMENTS_MAX } from '../../../../src/engine/records/generated/limits.ts';
import { RejectCounts } from '../../../../src/engine/records/reject.ts';
import { dnsBytes } from '../../../support/dns-bytes.ts';
import {
  cgroupBytes,
  execBytes,
  hookBytes,
  loaderBytes,
  recordBytes,
  ringBatch,
} from '../../../support/record-bytes.ts';

interface Walk {
  readonly sequences: readonly number[];
  readonly received: number;
  readonly rejected: Readonly<Record<string, number>>;
}

function walk(batch: Uint8Array, framing: 'ring' | 'bare' = 'ring'): Walk {
  const rejects = new RejectCounts();
  const cursor = new RecordCursor(framing, rejects);
  const sequences: number[] = [];
  cursor.open(batch);
  while (cursor.advance()) sequences.push(cursor.sequence);
  return { sequences, received: cursor.received, rejected: rejects.totals() };
}

const exit = (sequence: number): Buffer => recordBytes({ kind: RECORD_KIND.EXIT, sequence });

/** One good record before and one after: a bad one must not take its neighbours with it. */
function walkAround(bad: Uint8Array): Walk {
  return walk(ringBatch(exit(1), bad, exit(3)));
}

function changed(record: Buffer, change: (bytes: Buffer) => void): Buffer {
  change(record);
  return record;
}

describe('record cursor', () => {
  it('goes through records of every kind', () => {
    const batch = ringBatch(
      execBytes({ sequence: 1 }, { binary: '/bin/odd' }),
      recordBytes({ kind: RECORD_KIND.FORK, sequence: 2 }),
      exit(3),
      hookBytes(
        { sequence: 4 },
        { hookId: 1, generation: 1, selectors: [0], arguments: [{ type: 3, text: 'x' }] },
      ),
    );

    assert.deepStrictEqual(walk(batch), { sequences: [1, 2, 3, 4], received: 4, rejected: {} });
  });

  it('goes through records without ring headers', () => {
    const batch = Buffer.concat([exit(1), execBytes({ sequence: 2 }, { binary: '/x' }), exit(3)]);

    assert.deepStrictEqual(walk(batch, 'bare'), {
      sequences: [1, 2, 3],
      received: 3,
      rejected: {},
    });
  });

  it('finds nothing in an empty batch', () => {
    assert.deepStrictEqual(walk(new Uint8Array(0)), { sequences: [], received: 0, rejected: {} });
  });

  it('passes over records that their writer gave up', () => {
    const batch = ringBatch(exit(1), exit(2), exit(3));
    const second = batch.length / 3;
    batch.writeUInt32LE((batch.readUInt32LE(second) | 0x4000_0000) >>> 0, second);

    assert.deepStrictEqual(walk(batch), { sequences: [1, 3], received: 2, rejected: {} });
  });

  it('reads sequence numbers beyond 32 bits', () => {
    assert.deepStrictEqual(walk(ringBatch(exit(2 ** 53 - 1))).sequences, [2 ** 53 - 1]);
  });

  const rejects: readonly (readonly [string, string, Buffer])[] = [
    ['a record without a whole header', 'header_missing', Buffer.alloc(39)],
    ['an empty record', 'header_missing', Buffer.alloc(0)],
    [
      'a size that is not the length in the ring',
      'size_mismatch',
      changed(exit(2), (bytes) => bytes.writeUInt32LE(47, 4)),
    ],
    ['kind 0', 'kind_unknown', recordBytes({ kind: RECORD_KIND.INVALID })],
    ['a kind of a later version', 'kind_unknown', recordBytes({ kind: 255 })],
    [
      'an exec without its fixed part',
      'record_short',
      changed(exit(2), (bytes) => bytes.writeUInt16LE(RECORD_KIND.EXEC, 0)),
    ],
    [
      'a build id that is too long',
      'slice_outside',
      changed(loaderBytes({}, { path: '/lib/a', buildId: new Uint8Array(20) }), (bytes) =>
        bytes.writeUInt32LE(21, 44),
      ),
    ],
    [
      'a message of a name server that leaves the record',
      'slice_outside',
      changed(dnsBytes({}, { direction: 1, message: new Uint8Array(20) }), (bytes) =>
        bytes.writeUInt16LE(21, 94),
      ),
    ],
    [
      'a path of a mapped file that leaves the record',
      'slice_outside',
      changed(loaderBytes({}, { path: '/lib/a', buildId: new Uint8Array(20) }), (bytes) =>
        bytes.writeUInt16LE(7, 70),
      ),
    ],
    [
      'a path of a cgroup that leaves the record',
      'slice_outside',
      changed(cgroupBytes({}, { id: 10n, change: 1, path: '/a' }), (bytes) =>
        bytes.writeUInt16LE(3, 62),
      ),
    ],
    [
      'a sequence number past 2^53',
      'sequence_invalid',
      changed(exit(2), (bytes) => bytes.writeBigUInt64LE(2n ** 53n, 8)),
    ],
    [
      'more arguments than a hook can have',
      'arguments_invalid',
      changed(hookBytes({}, { hookId: 1, generation: 1, selectors: [], arguments: [] }), (bytes) =>
        bytes.writeUInt32LE(HOOK_ARGUMENTS_MAX + 1, 68),
      ),
    ],
    [
      'a string one byte past the end',
      'slice_outside',
      changed(execBytes({}, { binary: '/bin/x', cwd: '/' }), (bytes) =>
        bytes.writeUInt16LE(2, 236 + 2),
      ),
    ],
    [
      'an argument past the end',
      'slice_outside',
      changed(
        hookBytes(
          {},
          { hookId: 1, generation: 1, selectors: [], arguments: [{ type: 3, text: 'x' }] },
        ),
        (bytes) => bytes.writeUInt16LE(2, 160 + 10),
      ),
    ],
    ...[80, 84, 88].map(
      (at) =>
        [
          `a stack or a hash past the end, at byte ${at}`,
          'slice_outside',
          changed(
            hookBytes({}, { hookId: 1, generation: 1, selectors: [], arguments: [] }),
            (bytes) => {
              bytes.writeUInt16LE(bytes.length, at);
              bytes.writeUInt16LE(8, at + 2);
            },
          ),
        ] as const,
    ),
  ];

  for (const [what, reason, bytes] of rejects) {
    it(`rejects ${what} and goes on`, () => {
      assert.deepStrictEqual(walkAround(bytes), {
        sequences: [1, 3],
        received: 3,
        rejected: { [reason]: 1 },
      });
    });
  }

  it('gives up the rest of a batch at a length that leaves it', () => {
    const batch = ringBatch(exit(1), exit(2), exit(3));
    batch.writeUInt32LE(1000, batch.length / 3);

    assert.deepStrictEqual(walk(batch), {
      sequences: [1],
      received: 2,
      rejected: { frame_invalid: 1 },
    });
  });

  it('gives up at a record that is still being written', () => {
    const batch = ringBatch(exit(1), exit(2));
    batch.writeUInt32LE(
      (batch.readUInt32LE(batch.length / 2) | 0x8000_0000) >>> 0,
      batch.length / 2,
    );

    assert.deepStrictEqual(walk(batch).rejected, { frame_invalid: 1 });
  });

  it('gives up a stream of records at a size of zero', () => {
    const batch = Buffer.concat([exit(1), Buffer.alloc(64), exit(3)]);

    assert.deepStrictEqual(walk(batch, 'bare'), {
      sequences: [1],
      received: 2,
      rejected: { frame_invalid: 1 },
    });
  });
});
