/** The writing side of the spool: a bounded buffer in memory, one write and one sync for many. */
import type { OutboundMessage } from '../../model/delivery.ts';
import type { SpoolDrops } from '../../model/delivery-stats.ts';
import type { Logger } from '../../model/log.ts';
import type { Clock } from '../clock.ts';
import { FRAME_HEADER_BYTES, type FrameContent, PAYLOAD_BYTES_MAX, writeFrame } from './frame.ts';
import type { Lane } from './lane.ts';
import { BYTES_OF_CHARACTER_MAX, type EncodedMessage, encodeMessage } from './message-codec.ts';
import type { RecentRecord } from './recent-records.ts';
import type { SerialTasks } from './serial-tasks.ts';
import type { LaneName } from './spool-lanes.ts';

/** Waiting characters of all lanes; a disk that is slower than this for long drops events. */
const BUFFER_SIZE_MAX = 8 * 1024 * 1024;

/** Characters of one write, so that a segment is not much larger than it should be. */
const WRITE_SIZE_MAX = 512 * 1024;

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
  /** Bytes of the frame, at the most. */
  readonly framedMax: number;
}

export class LaneWriter {
  readonly #options: LaneWriterOptions;
  readonly #waiting = new Map<Lane, Waiting[]>();
  #waitingSize = 0;
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
    const isTooMuch = this.#waitingSize + encoded.size > BUFFER_SIZE_MAX;
    if (isTooMuch || isTooLarge(encoded, message)) {
      // The number is used up all the same: whoever reads sees that one is missing.
      lane.skipTo(lane.next + 1);
      this.#options.drops.buffer += 1;
      return;
    }
    const sequence = lane.take();
    const { size, bytesMax, fill } = encoded;
    const frame = { sequence, timeMs: this.#options.clock.now(), fill };
    const framedMax = FRAME_HEADER_BYTES + bytesMax;
    const queue = this.#waiting.get(lane) ?? [];
    queue.push({ lane, sequence, message, frame, size, framedMax });
    this.#waiting.set(lane, queue);
    this.#waitingSize += size;
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
      let sum = 0;
      const end = queue.findIndex(({ size }) => {
        sum += size;
        return sum > WRITE_SIZE_MAX && sum > size;
      });
      const batch = queue.splice(0, end === -1 ? queue.length : end);
      this.#waitingSize -= batch.reduce((total, { size }) => total + size, 0);
      if (batch.length > 0) return batch;
    }
    return [];
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const lane = batch[0]?.lane;
    if (lane === undefined) return;
    const frames = this.#encode(batch);
    const records = batch.map(({ sequence, message, size }) => ({ sequence, message, size }));
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
    const room = batch.reduce((total, { framedMax }) => total + framedMax, 0);
    if (this.#scratch.length < room) this.#scratch = Buffer.allocUnsafeSlow(room);
    let end = 0;
    for (const { frame } of batch) end = writeFrame(this.#scratch, end, frame);
    return this.#scratch.subarray(0, end);
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

/** Exact for the body, which is what is large. */
function isTooLarge({ bytesMax }: EncodedMessage, { body }: OutboundMessage): boolean {
  if (bytesMax <= PAYLOAD_BYTES_MAX) return false;
  const others = bytesMax - body.length * BYTES_OF_CHARACTER_MAX;
  return others + Buffer.byteLength(body) > PAYLOAD_BYTES_MAX;
}

function isFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOSPC' || code === 'EDQUOT';
}
