/** Fuzz with fixed seeds: whatever the bytes, the cursor ends, throws nothing, counts all. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventBuilder } from '../../../../src/engine/pipeline/event-builder.ts';
import { ProcessTable } from '../../../../src/engine/process/process-table.ts';
import { RecordCursor } from '../../../../src/engine/records/cursor.ts';
import { RECORD_KIND } from '../../../../src/engine/records/generated/enums.ts';
import { RejectCounts } from '../../../../src/engine/records/reject.ts';
import type { Event } from '../../../../src/model/event.ts';
import type { HookDirectory } from '../../../../src/model/pipeline.ts';
import { dnsBytes } from '../../../support/dns-bytes.ts';
import { execBytes, hookBytes, recordBytes, ringBatch } from '../../../support/record-bytes.ts';

/** xorshift32: the same numbers on every machine. */
function randomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const selector = {
  policyName: 'fuzz',
  message: '',
  tags: [],
  action: 'Post',
  arguments: Array.from({ length: 8 }, (_, position) => ({ position, label: '' })),
} as const;

const hooks: HookDirectory = {
  resolve: () => ({
    functionName: 'f',
    eventKind: 'process_kprobe',
    selector: () => selector,
  }),
};

interface Outcome {
  readonly received: number;
  readonly good: number;
  readonly rejected: number;
}

/** Decodes everything all the way to events. */
function decodeAll(batch: Uint8Array, framing: 'ring' | 'bare'): Outcome {
  const rejects = new RejectCounts();
  const processes = new ProcessTable({ nodeName: 'fuzz', capacity: 64 });
  const builder = new EventBuilder({ processes, hooks, rejects });
  const cursor = new RecordCursor(framing, rejects);
  const events: Event[] = [];
  let good = 0;
  cursor.open(batch);
  while (cursor.advance()) if (builder.build(cursor, events)) good += 1;
  return { received: cursor.received, good, rejected: rejects.total };
}

function sampleBatch(framing: 'ring' | 'bare'): Buffer {
  const argument = { type: 3, text: 'text' };
  const path = { type: 4, text: '/a/b' };
  const hook = { hookId: 1, generation: 1, selectors: [0, 65], arguments: [argument, path] };
  const records = [
    execBytes({ sequence: 1 }, { binary: '/bin/ls', args: 'ls\0-l\0', cwd: '/root' }),
    recordBytes({ kind: RECORD_KIND.FORK, sequence: 2 }),
    hookBytes({ sequence: 3 }, hook),
    recordBytes({ kind: RECORD_KIND.EXIT, sequence: 4 }),
    dnsBytes({ sequence: 5 }, { direction: 1, message: new Uint8Array(20) }),
  ];
  return framing === 'ring' ? ringBatch(...records) : Buffer.concat(records);
}

describe('record cursor under fuzz', () => {
  for (const framing of ['ring', 'bare'] as const) {
    it(`counts every record of ${framing} batches with flipped bits`, () => {
      const random = randomSource(0x5eed_0001);
      for (let round = 0; round < 20_000; round++) {
        const batch = sampleBatch(framing);
        for (let flips = 1 + random(4); flips > 0; flips--) {
          const at = random(batch.length);
          batch.writeUInt8(batch.readUInt8(at) ^ (1 << random(8)), at);
        }
        const { received, good, rejected } = decodeAll(batch, framing);
        assert.equal(good + rejected, received, `round ${round}`);
      }
    });

    it(`counts every record of random ${framing} batches, cut anywhere`, () => {
      const random = randomSource(0x5eed_0002);
      for (let round = 0; round < 5_000; round++) {
        const whole = sampleBatch(framing);
        const noise = Buffer.from(Array.from({ length: random(400) }, () => random(256)));
        const batch = Buffer.concat([whole.subarray(0, random(whole.length)), noise]);
        const { received, good, rejected } = decodeAll(batch, framing);
        assert.equal(good + rejected, received, `round ${round}`);
      }
    });
  }

  it('accepts the batch that is not corrupted', () => {
    assert.deepStrictEqual(decodeAll(sampleBatch('ring'), 'ring'), {
      received: 5,
      good: 5,
      rejected: 0,
    });
  });
});
