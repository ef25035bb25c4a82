/** Messages that wait for one client: bounded, with a note where something is missing. */
import type { SharedBytes } from './shared-bytes.ts';

/** How much may wait. */
export interface QueueBounds {
  readonly events: number;
  readonly bytes: number;
}

export interface ClientQueueOptions {
  readonly bounds: QueueBounds;
  readonly shared: SharedBytes;
  /** Told of each event that is dropped. */
  onDrop(): void;
  /** Makes the note of a loss. */
  lossOf(dropped: number): Uint8Array;
}

/** Bytes that are handed out at once: one write costs as much as the bytes of several events. */
const CHUNK_BYTES = 64 * 1024;

/** Messages that were handed out and still stand in the list, before it is made anew. */
const TAKEN_MAX = 1024;

/**
 * What comes when it is full is dropped and counted; before the first event that finds room again
 * there is a note of how many were dropped. Read by one reader.
 */
export class ClientQueue {
  readonly #options: ClientQueueOptions;
  #waiting: Uint8Array[] = [];
  #taken = 0;
  #bytes = 0;
  #lost = 0;
  #dropped = 0;
  #isEnded = false;
  #news = Promise.withResolvers<void>();

  constructor(options: ClientQueueOptions) {
    this.#options = options;
  }

  /** Events that this client did not get. */
  get dropped(): number {
    return this.#dropped;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get #length(): number {
    return this.#waiting.length - this.#taken;
  }

  /** Never waits. */
  push(frame: Uint8Array): void {
    if (this.#isEnded) return;
    if (!this.#hasRoom(frame.length)) {
      this.#lost += 1;
      this.#dropped += 1;
      this.#options.onDrop();
      return;
    }
    this.#noteLoss();
    this.#add(frame);
    this.#news.resolve();
  }

  #hasRoom(size: number): boolean {
    const { bounds, shared } = this.#options;
    if (this.#length >= bounds.events || this.#bytes + size > bounds.bytes) return false;
    return shared.hasRoom(this.#bytes, size);
  }

  /** What waits is still handed out. */
  end(): void {
    this.#isEnded = true;
    this.#news.resolve();
  }

  /** What waits is not wanted any more. */
  abandon(): void {
    this.#waiting = [];
    this.#taken = 0;
    this.#options.shared.give(this.#bytes);
    this.#bytes = 0;
    this.#lost = 0;
    this.end();
  }

  /** Some messages at a time, until the end. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#take();
      if (chunk.length > 0) yield Buffer.concat(chunk);
      else if (this.#isEnded) return;
      else {
        this.#news = Promise.withResolvers<void>();
        await this.#news.promise;
      }
    }
  }

  #take(): readonly Uint8Array[] {
    if (this.#length === 0) this.#noteLoss();
    const from = this.#taken;
    let size = 0;
    while (this.#taken < this.#waiting.length && size < CHUNK_BYTES) {
      size += this.#waiting[this.#taken]?.length ?? 0;
      this.#taken += 1;
    }
    this.#bytes -= size;
    this.#options.shared.give(size);
    const chunk = this.#waiting.slice(from, this.#taken);
    // Taking each from the front would cost the length of the queue.
    if (this.#taken === this.#waiting.length || this.#taken > TAKEN_MAX) {
      this.#waiting = this.#waiting.slice(this.#taken);
      this.#taken = 0;
    }
    return chunk;
  }

  /** The note has room beyond the bounds. */
  #noteLoss(): void {
    if (this.#lost === 0) return;
    this.#add(this.#options.lossOf(this.#lost));
    this.#lost = 0;
  }

  #add(frame: Uint8Array): void {
    this.#waiting.push(frame);
    this.#bytes += frame.length;
    this.#options.shared.take(frame.length);
  }
}
