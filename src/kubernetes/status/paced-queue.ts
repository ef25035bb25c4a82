/** What is written to the API server: one after the other, no faster than it can take, bounded. */
import type { Logger } from '../../model/log.ts';
import type { ApiFailure, PolicyObjects } from './policy-objects.ts';
import { DEFAULT_PACE, type Pace, retryDelayMs } from './write-pace.ts';
import { systemTimers, type Timers, WriteQueue, type WriteQueueOptions } from './write-queue.ts';

/** What everything that writes is given. */
export interface WriterOptions {
  /** Name of this node. */
  readonly node: string;
  readonly objects: PolicyObjects;
  readonly logger: Logger;
  readonly timers?: Timers;
  readonly pace?: Partial<Pace>;
}

/** Keys that wait for their turn, at the pace of a node. */
export class PacedQueue {
  readonly timers: Timers;
  readonly pace: Pace;
  readonly #queue: WriteQueue;

  constructor(
    { timers = systemTimers, pace }: Pick<WriterOptions, 'timers' | 'pace'>,
    work: WriteQueueOptions['work'],
  ) {
    this.timers = timers;
    this.pace = { ...DEFAULT_PACE, ...pace };
    this.#queue = new WriteQueue({ timers, intervalMs: this.pace.intervalMs, work });
  }

  /** All nodes hear of a policy at once, and should not all write at once. */
  spread(key: string): void {
    this.schedule(key, this.timers.random() * this.pace.spreadMs);
  }

  schedule(key: string, delayMs: number): void {
    this.#queue.schedule(key, delayMs);
  }

  /** After so many attempts that failed, of which this is the last. */
  retry(key: string, attempts: number, failure: ApiFailure): void {
    const pace = { ...this.pace, random: this.timers.random() };
    this.schedule(key, retryDelayMs(attempts, failure, pace));
  }

  cancel(key: string): void {
    this.#queue.cancel(key);
  }

  /** Finishes the request under way; what waits is not written. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}
