/** Reads BPF ring buffers in batches, without a call per record. */
import type { BpfMap } from './bpf-map.ts';
import { KernelError } from './errors.ts';
import { type NativeHandle, native } from './native.ts';

/** A ring to read; `batchBytes` (default 256 KiB) must hold the longest record plus 8 bytes. */
export interface RingSource {
  readonly map: BpfMap;
  readonly batchBytes?: number;
}

export interface RingReaderOptions {
  /**
   * Called on this thread when records wait. Calls are merged: one comes after the last one was
   * answered, so the handler calls fill until it returns 0, or until it has done enough for now.
   */
  readonly onWake: () => void;
  /** How long a record may wait whose producer asked for no wake-up; default 10. */
  readonly intervalMs?: number;
}

/** Bits and sizes of the 8-byte header before each record in a batch. */
export const RING_HEADER = {
  size: 8,
  lengthMask: 0x3fffffff,
  discardBit: 0x40000000,
} as const;

const BATCH_BYTES = 256 * 1024;
const INTERVAL_MS = 10;

/**
 * A thread of its own waits and pokes onWake; an idle ring costs this thread nothing. It keeps the
 * process alive until it is closed. After close every call throws ENGINE_HANDLE_CLOSED.
 *
 * A batch is a run of records as the kernel writes them: a 32-bit header word, 32 unused bits, then
 * the record. `length = header & lengthMask`; skip it if `header & discardBit`; the next one starts
 * `(length + 15) & ~7` bytes further.
 */
export class RingReader {
  readonly #handle: NativeHandle<'reader'>;
  readonly #batches: readonly Uint8Array[];

  constructor(sources: readonly RingSource[], options: RingReaderOptions) {
    this.#batches = sources.map((source) => new Uint8Array(source.batchBytes ?? BATCH_BYTES));
    this.#handle = native().readerOpen(
      sources.map((source) => source.map.handle),
      options.onWake,
      options.intervalMs ?? INTERVAL_MS,
    );
  }

  /** Copies the next committed records of a ring into its batch; 0 if there are none. */
  fill(index: number): number {
    return native().readerFill(this.#handle, index, this.batch(index));
  }

  /** The bytes of a ring's last fill: always the same buffer, overwritten by the next fill. */
  batch(index: number): Uint8Array {
    const batch = this.#batches[index];
    if (batch !== undefined) return batch;
    throw new KernelError('ENGINE_ARGUMENT_INVALID', `the reader has no ring ${index}`);
  }

  /** Bytes waiting in all rings. */
  pending(): number {
    return native().readerPending(this.#handle);
  }

  /** Stops the thread and unmaps the rings; closing twice is fine. */
  close(): void {
    native().close(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** The scan behind RingReader.fill on a plain buffer, for tests. */
export interface RingScan {
  /** The data area: a power of two of bytes. */
  readonly data: Uint8Array;
  readonly consumer: number;
  readonly producer: number;
  readonly out: Uint8Array;
}

/** Bytes copied to `out`; throws ENGINE_RING_CORRUPT or ENGINE_RING_BATCH_SIZE. */
export function scanRing(scan: RingScan): number {
  return native().ringScan(scan.data, scan.consumer, scan.producer, scan.out);
}
