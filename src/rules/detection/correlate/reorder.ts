/**
 * Puts matches into the order of their times. CPUs write their records side by side, so a record
 * can arrive after one that is some milliseconds later; correlations look at the times of events,
 * not of arrivals.
 */
import type { RuleMatch } from './match.ts';

/** How late a match may be, against the latest that has arrived. */
export const LATENESS_US = 100_000;

/** Holds matches back until nothing earlier is to be expected. */
export class Reorder {
  readonly #held: RuleMatch[] = [];
  #latestUs = 0;
  #late = 0;
  #releasedUs = 0;

  /** Matches that came too late and are not in order. */
  get late(): number {
    return this.#late;
  }

  add(match: RuleMatch): void {
    if (match.timeUs < this.#releasedUs) this.#late += 1;
    this.#latestUs = Math.max(this.#latestUs, match.timeUs);
    const held = this.#held;
    let at = held.length;
    while (at > 0 && (held[at - 1]?.timeUs ?? 0) > match.timeUs) at -= 1;
    held.splice(at, 0, match);
  }

  /** What can be taken now; `nowUs` is the time of the clock, which no event is after. */
  release(nowUs: number): readonly RuleMatch[] {
    const untilUs = Math.max(this.#latestUs, nowUs) - LATENESS_US;
    let count = 0;
    while (count < this.#held.length && (this.#held[count]?.timeUs ?? 0) <= untilUs) count += 1;
    if (count === 0) return [];
    this.#releasedUs = untilUs;
    return this.#held.splice(0, count);
  }

  /** Goes on where another one is, with those of its matches that are still of use. */
  takeOver(previous: Reorder, isOfUse: (match: RuleMatch) => boolean): void {
    this.#held.push(...previous.#held.filter(isOfUse));
    this.#latestUs = previous.#latestUs;
    this.#releasedUs = previous.#releasedUs;
    this.#late = previous.#late;
  }

  /** Everything, for the end. */
  releaseAll(): readonly RuleMatch[] {
    return this.#held.splice(0);
  }
}
