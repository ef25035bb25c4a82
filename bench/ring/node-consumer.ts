/** Reads the benchmark's ring: `node-consumer.js <object> <tgid> <decoder>`; says how it went. */
import { writeSync } from 'node:fs';
import { BpfObject, RING_HEADER, RingReader } from '../../src/engine/kernel/index.ts';
import { type BatchView, DECODERS, type Decode, phaseAt } from './decoders.ts';

const PHASE_MEASURED = 2;
const PHASE_END = 3;

/** 4 MiB, then the event loop gets its turn. */
const FILLS_PER_TURN = 16;

const [objectPath = '', tgid = '', decoderName = ''] = process.argv.slice(2);
const decode: Decode = DECODERS[decoderName] ?? DECODERS['touch'] ?? (() => 0);
const state = { records: 0, checksum: 0, start: process.cpuUsage(), isOver: false };

const object = BpfObject.open(objectPath);
object.load();
const watched = object.map('watched');
watched.set(new Uint8Array(4), new Uint8Array(Uint32Array.of(Number(tgid)).buffer));

const reader = new RingReader([{ map: object.map('ring') }], { onWake: drain });
const batch = reader.batch(0);
const view: BatchView = {
  bytes: Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength),
  words: new Uint32Array(batch.buffer, batch.byteOffset, batch.byteLength / 4),
};
object.program('write_record').attach();
writeSync(1, 'ready\n');

function drain(): void {
  for (let turn = 0; turn < FILLS_PER_TURN; turn++) {
    if (state.isOver) return;
    const bytes = reader.fill(0);
    if (bytes === 0) return;
    readBatch(bytes);
  }
  setImmediate(drain);
}

function readBatch(bytes: number): void {
  for (let offset = 0; offset < bytes && !state.isOver; ) {
    const header = view.words[offset >>> 2] ?? 0;
    if ((header & RING_HEADER.discardBit) === 0) readRecord(offset);
    offset += ((header & RING_HEADER.lengthMask) + 15) & ~7;
  }
}

function readRecord(offset: number): void {
  const weight = decode(view, offset);
  const phase = phaseAt(view, offset);
  if (phase === PHASE_MEASURED) {
    if (state.records === 0) state.start = process.cpuUsage();
    state.records++;
    state.checksum += weight;
  } else if (phase === PHASE_END) {
    finish();
  }
}

function finish(): void {
  const { user, system } = process.cpuUsage(state.start);
  const { records, checksum } = state;
  state.isOver = true;
  reader.close();
  object.close();
  writeSync(1, `${JSON.stringify({ records, cpuNs: (user + system) * 1000, checksum })}\n`);
}
