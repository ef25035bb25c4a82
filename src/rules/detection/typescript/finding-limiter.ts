/** How many findings a detector may report, by the time of events. */
import type { DetectorLimits } from './limits.ts';

const MS_PER_SECOND = 1000;

/** A bucket of findings that fills with time. */
export class FindingLimiter {
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #filledMs = 0;

  constructor({
    findingsBurst,
    findingsPerSecond,
  }: Pick<DetectorLimits, 'findingsBurst' | 'findingsPerSecond'>) {
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
