/** Responses that wait for one client: bounded, with a note where something is missing. */
import type { GetEventsResponse } from '../generated/tetragon/events_pb.ts';

/** How much may wait. */
export interface QueueBounds {
  readonly events: number;
  /** Of the encoded events. */
  readonly bytes: number;
}

export interface ClientQueueOptions {
  readonly bounds: QueueBounds;
  /** Makes the note of a loss. */
  lossOf(dropped: number): GetEventsResponse;
}

interface Waiting {
  readonly response: GetEventsResponse;
  readonly size: number;
}

/**
 * What comes when it is full is dropped and counted; before the first event that finds room again
 * there is a note of how many were dropped. Read by one reader.
 */
export class ClientQueue {
  readonly #options: ClientQueueOptions;
  #waiting: Waiting[] = [];
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

  get length(): number {
    return this.#waiting.length - this.#taken;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Never waits. */
  push(response: GetEventsResponse, size: number): void {
    if (this.#isEnded) return;
    const { events, bytes } = this.#options.bounds;
    if (this.length >= events || this.#bytes + size > bytes) {
      this.#lost += 1;
      this.#dropped += 1;
      return;
    }
    this.#noteLoss();
    this.#waiting.push({ response, size });
    this.#bytes += size;
    this.#news.resolve();
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
    this.#bytes = 0;
    this.#lost = 0;
    this.end();
  }

  /** Until the end. */
  async *read(): AsyncGenerator<GetEventsResponse> {
    for (;;) {
      const next = this.#take();
      if (next !== undefined) yield next;
      else if (this.#isEnded) return;
      else await this.#wait();
    }
  }

  #take(): GetEventsResponse | undefined {
    if (this.length === 0) this.#noteLoss();
    const next = this.#waiting[this.#taken];
    if (next === undefined) return undefined;
    this.#taken += 1;
    this.#bytes -= next.size;
    // Shifting each would cost the length of the queue.
    if (this.#taken === this.#waiting.length || this.#taken > 1024) {
      this.#waiting = this.#waiting.slice(this.#taken);
      this.#taken = 0;
    }
    return next.response;
  }

  #noteLoss(): void {
    if (this.#lost === 0) return;
    this.#waiting.push({ response: this.#options.lossOf(this.#lost), size: 0 });
    this.#lost = 0;
  }

  async #wait(): Promise<void> {
    this.#news = Promise.withResolvers<void>();
    await this.#news.promise;
  }
}
