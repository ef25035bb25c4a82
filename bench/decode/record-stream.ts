/** An endless ring in memory: one batch of records, played again and again by new processes. */
import type { BatchSource } from '../../src/engine/pipeline/lane.ts';
import { ARGUMENT_TYPE, RECORD_KIND } from '../../src/engine/records/generated/enums.ts';
import { execBytes, hookBytes, recordBytes, ringBatch } from '../../test/support/record-bytes.ts';

/** Calls that a process makes between its exec and its exit. */
const CALLS_PER_PROCESS = 17;

/** With fork, exec and exit. */
export const RECORDS_PER_PROCESS: number = CALLS_PER_PROCESS + 3;

/** Makes a batch of a little more than the 256 KiB that the agent reads at once. */
const PROCESSES_PER_BATCH = 45;
export const RECORDS_PER_BATCH: number = PROCESSES_PER_BATCH * RECORDS_PER_PROCESS;

/** Event time from one process to the next: 15,000 of them a second, all remembered for two. */
const PROCESS_NS = 66_000;

const START_NS = 1_000_000_000;
const TGID_FIRST = 1000;
const TGIDS = 30_000;

/** Bytes before a record in a ring, and the places of what differs from lap to lap. */
const FRAME_SIZE = 8;
const HEADER = { sequence: 8, timeNs: 16, startNs: 24, tgid: 32, tid: 36 };
const PARENT_START = 40;
const PARENT_TGID: Readonly<Record<number, number>> = {
  [RECORD_KIND.EXEC]: 72,
  [RECORD_KIND.FORK]: 56,
};

/** The process that all others are children of. */
export const PARENT = { tgid: 1, startNs: 1n } as const;

/** Hook and generation of every hook record. */
export const HOOK_PLACE = { hookId: 1, generation: 1 } as const;

/** Gives out batches as the reader of the rings does: always the same buffer, overwritten. */
export class RecordStream implements BatchSource {
  readonly #template: Buffer;
  readonly #batch: Buffer;
  readonly #offsets: readonly number[];
  readonly #none = new Uint8Array(0);
  #left = 0;
  #sequence = 0;
  #processes = 0;
  /** CPU time spent on making batches, which a kernel does elsewhere. */
  fillUs = 0;

  constructor() {
    const records = Array.from({ length: PROCESSES_PER_BATCH }, (_, number) =>
      processRecords(number),
    ).flat();
    this.#template = ringBatch(...records);
    this.#batch = Buffer.from(this.#template);
    let at = FRAME_SIZE;
    this.#offsets = records.map(({ length }) => {
      const offset = at;
      at += (length + 2 * FRAME_SIZE - 1) & ~(FRAME_SIZE - 1);
      return offset;
    });
  }

  /** Lets the next fills find this many batches. */
  allow(batches: number): void {
    this.#left = batches;
  }

  fill(ring: number): number {
    if (ring !== 0 || this.#left === 0) return 0;
    const start = cpuTimeUs();
    this.#left -= 1;
    this.#batch.set(this.#template);
    for (const [index, offset] of this.#offsets.entries()) this.#renew(index, offset);
    this.#processes += PROCESSES_PER_BATCH;
    this.fillUs += cpuTimeUs() - start;
    return this.#batch.length;
  }

  batch(ring: number): Uint8Array {
    return ring === 0 ? this.#batch : this.#none;
  }

  close(): void {
    this.#left = 0;
  }

  #renew(index: number, offset: number): void {
    const batch = this.#batch;
    const number = this.#processes + Math.floor(index / RECORDS_PER_PROCESS);
    const startNs = START_NS + number * PROCESS_NS;
    const tgid = TGID_FIRST + (number % TGIDS);
    this.#sequence += 1;
    writeNumber(batch, offset + HEADER.sequence, this.#sequence);
    writeNumber(batch, offset + HEADER.timeNs, startNs + (index % RECORDS_PER_PROCESS));
    writeNumber(batch, offset + HEADER.startNs, startNs);
    batch.writeUInt32LE(tgid, offset + HEADER.tgid);
    batch.writeUInt32LE(tgid, offset + HEADER.tid);
  }
}

/** CPU time of this process in µs: what a busy neighbour takes is not in it. */
export function cpuTimeUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The life of a process of a few programs that open files. */
function processRecords(number: number): readonly Buffer[] {
  const program = number % 12;
  const binary = `/usr/lib/service-${program}/bin/worker-${program}`;
  const args = `worker-${program}\0--config\0/etc/service-${program}/config.yaml\0--verbose\0`;
  const exec = execBytes({}, { binary, args, cwd: `/var/lib/service-${program}` });
  const calls = Array.from({ length: CALLS_PER_PROCESS }, (_, call) =>
    hookBytes(
      {},
      {
        ...HOOK_PLACE,
        selectors: [call % 4],
        arguments: [
          {
            type: ARGUMENT_TYPE.FILE,
            text: `/var/lib/service-${program}/shard-${call}/data.bin`,
          },
          { type: ARGUMENT_TYPE.INT, value: 0o100644n },
        ],
      },
    ),
  );
  const fork = recordBytes({ kind: RECORD_KIND.FORK });
  const exit = recordBytes({ kind: RECORD_KIND.EXIT });
  for (const record of [fork, exec]) setParent(record);
  return [fork, exec, ...calls, exit];
}

function setParent(record: Buffer): void {
  record.writeBigUInt64LE(PARENT.startNs, PARENT_START);
  record.writeUInt32LE(PARENT.tgid, PARENT_TGID[record.readUInt16LE(0)] ?? 0);
}

/** A number of 64 bits, exact up to 2^53. */
function writeNumber(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, at);
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}
