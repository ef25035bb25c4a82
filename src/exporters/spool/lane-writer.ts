/** The writing side of the spool: a bounded buffer in memory, one write and one sync for many. */
import type { OutboundMessage } from '../../model/delivery.ts';
import type { SpoolDrops } from '../../model/delivery-stats.ts';
import type { Logger } from '../../model/log.ts';
import type { Clock } from '../clock.ts';
import { FRAME_HEADER_BYTES, type FrameContent, PAYLOAD_BYTES_MAX, writeFrame } from './frame.ts';
import type { Lane } from './lane.ts';
import { encodeMessage } from './message-codec.ts';
import type { RecentRecord } from './recent-records.ts';
import type { SerialTasks } from './serial-tasks.ts';
import type { LaneName } from './spool-lanes.ts';

/** Waiting bytes of all lanes; a disk that is slower than this for long drops events. */
const BUFFER_BYTES_MAX = 8 * 1024 * 1024;

/** Of one write, so that a segment is not much larger than it should be. */
const WRITE_BYTES_MAX = 512 * 1024;

export interface LaneWriterOptions {
  readonly lanes: ReadonlyMap<LaneName, Lane>;
  readonly tasks: SerialTasks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Added to. */
  readonly drops: Record<keyof SpoolDrops, number>;
  /** Makes room; false when there is nothing left to drop. */
  readonly dropOldest: () => Promise<boolean>;
  readonly onWritten: () => Promise<void>;
}

interface Waiting extends RecentRecord {
  readonly lane: Lane;
  readonly frame: FrameContent;
}

export class LaneWriter {
  readonly #options: LaneWriterOptions;
  readonly #waiting = new Map<Lane, Waiting[]>();
  #waitingBytes = 0;
  #scratch: Buffer = Buffer.alloc(0);
  #appended = 0;
  #pump: Promise<void> | undefined;
  #wasFull = false;

  constructor(options: LaneWriterOptions) {
    this.#options = options;
  }

  get appended(): number {
    return this.#appended;
  }

  append(name: LaneName, messages: readonly OutboundMessage[]): void {
    const lane = this.#options.lanes.get(name);
    if (lane === undefined) return;
    for (const message of messages) this.#add(lane, message);
    this.#pump ??= this.#options.tasks
      .run(() => this.#drain())
      .catch((cause: unknown) => this.#say(cause));
  }

  /** Resolves when all that was appended before is synced or dropped. */
  async flush(): Promise<void> {
    if (this.#pump !== undefined) await this.#pump;
    await this.#options.tasks.run(async () => {
      for (const lane of this.#options.lanes.values()) await this.#sync(lane);
    });
  }

  #add(lane: Lane, message: OutboundMessage): void {
    const encoded = encodeMessage(message);
    const isTooMuch = this.#waitingBytes + encoded.bytes > BUFFER_BYTES_MAX;
    if (isTooMuch || encoded.bytes > PAYLOAD_BYTES_MAX) {
      // The number is used up all the same: whoever reads sees that one is missing.
      lane.skipTo(lane.next + 1);
      this.#options.drops.buffer += 1;
      return;
    }
    const sequence = lane.take();
    const frame = { ...encoded, sequence, timeMs: this.#options.clock.now() };
    const bytes = FRAME_HEADER_BYTES + encoded.bytes;
    const queue = this.#waiting.get(lane) ?? [];
    queue.push({ lane, sequence, message, frame, bytes });
    this.#waiting.set(lane, queue);
    this.#waitingBytes += bytes;
    this.#appended += 1;
  }

  async #drain(): Promise<void> {
    try {
      for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
        await this.#writeBatch(batch);
        await this.#options.onWritten();
      }
    } finally {
      this.#pump = undefined;
    }
  }

  #nextBatch(): readonly Waiting[] {
    for (const queue of this.#waiting.values()) {
      let bytes = 0;
      const end = queue.findIndex((waiting) => {
        bytes += waiting.bytes;
        return bytes > WRITE_BYTES_MAX && bytes > waiting.bytes;
      });
      const batch = queue.splice(0, end === -1 ? queue.length : end);
      this.#waitingBytes -= sizeOf(batch);
      if (batch.length > 0) return batch;
    }
    return [];
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const lane = batch[0]?.lane;
    if (lane === undefined) return;
    const frames = this.#encode(batch);
    const records = batch.map(({ sequence, message, bytes }) => ({ sequence, message, bytes }));
    const write = (): Promise<void> => lane.write(frames, records);
    try {
      await write().catch(async (error: unknown) => {
        if (!isFull(error) || !(await this.#options.dropOldest())) throw error;
        await write();
      });
      this.#wasFull = false;
    } catch (cause) {
      this.#options.drops.disk += batch.length;
      this.#say(cause);
    }
  }

  /** Into the one buffer: writes are one at a time. */
  #encode(batch: readonly Waiting[]): Buffer {
    const size = sizeOf(batch);
    if (this.#scratch.length < size) this.#scratch = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for (const { frame, bytes } of batch) {
      writeFrame(this.#scratch, at, frame);
      at += bytes;
    }
    return this.#scratch.subarray(0, size);
  }

  async #sync(lane: Lane): Promise<void> {
    try {
      await lane.sync();
    } catch (cause) {
      this.#say(cause);
    }
  }

  /** Once until it works again: a full disk fails as often as events come. */
  #say(cause: unknown): void {
    if (this.#wasFull) return;
    this.#wasFull = true;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#options.logger.error(
      { code: 'SINK_SPOOL_FAILED', cause },
      `events cannot be kept on disk: ${reason}; they are dropped and counted`,
    );
  }
}

function sizeOf(batch: readonly Waiting[]): number {
  return batch.reduce((sum, { bytes }) => sum + bytes, 0);
}

function isFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOSPC' || code === 'EDQUOT';
}
