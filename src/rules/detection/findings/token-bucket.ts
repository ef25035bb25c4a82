/** How many findings may go out, by the time of events. */

const MS_PER_SECOND = 1000;

/** Findings at once, and for each second beyond those. */
export interface BucketLimits {
  readonly findingsBurst: number;
  readonly findingsPerSecond: number;
}

/** A bucket of findings that fills with time. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #filledMs = 0;

  constructor({ findingsBurst, findingsPerSecond }: BucketLimits) {
    this.#burst = findingsBurst;
    this.#left = findingsBurst;
    this.#perMs = findingsPerSecond / MS_PER_SECOND;
  }

  /** Whether there is one left. */
  take(nowMs: number): boolean {
    const passedMs = Math.max(0, nowMs - this.#filledMs);
    this.#left = Math.min(this.#burst, this.#left + passedMs * this.#perMs);
    this.#filledMs = Math.max(this.#filledMs, nowMs);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
