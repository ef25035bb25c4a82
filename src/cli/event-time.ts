/** How late it is for what looks at the times of events, which arrive later than they happen. */
import type { DetectionEvent } from '../model/detection-event.ts';

export interface EventTimeOptions {
  /** CLOCK_BOOTTIME, ns. */
  readonly clock: () => bigint;
  /** How far behind the clock a quiet machine is: what has just happened still comes. */
  readonly quietNs: bigint;
}

/** One for an agent. */
export class EventTime {
  readonly #options: EventTimeOptions;
  #latestNs = 0n;
  #batches = 0;
  #batchesBefore = 0;

  constructor(options: EventTimeOptions) {
    this.#options = options;
  }

  /** Time of the latest event; 0 before the first. */
  get latestNs(): bigint {
    return this.#latestNs;
  }

  /** A batch has arrived, with events or without. */
  see(events: readonly DetectionEvent[]): void {
    this.#batches += 1;
    for (const { timeNs } of events) if (timeNs > this.#latestNs) this.#latestNs = timeNs;
  }

  /**
   * What the last event says, as others may still wait behind it; where nothing has arrived since
   * the last call, what the clock says: what has been seen must not wait for something else.
   */
  nowNs(): bigint {
    const isQuiet = this.#batches === this.#batchesBefore;
    this.#batchesBefore = this.#batches;
    const quietNs = this.#options.clock() - this.#options.quietNs;
    return isQuiet && quietNs > this.#latestNs ? quietNs : this.#latestNs;
  }
}
