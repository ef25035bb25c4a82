/** Boot time to wall clock: kernel records carry CLOCK_BOOTTIME, people read RFC 3339. */

const NS_PER_SECOND = 1_000_000_000n;

/**
 * Turns CLOCK_BOOTTIME ns into wall-clock text. The caller measures the offset
 * (CLOCK_REALTIME - CLOCK_BOOTTIME, in ns), because no clock is read here; `refresh` takes a new
 * one after the wall clock was stepped.
 */
export class BootClock {
  #offsetNs: bigint;
  #second = -1n;
  #secondText = '';

  constructor(offsetNs: bigint) {
    this.#offsetNs = offsetNs;
  }

  /** Replaces the offset; times turned into text before keep what they said. */
  refresh(offsetNs: bigint): void {
    this.#offsetNs = offsetNs;
  }

  /** ms since 1970. */
  toMs(timeNs: bigint): number {
    return Number((timeNs + this.#offsetNs) / 1_000_000n);
  }

  /**
   * RFC 3339 in UTC with a fraction of 0, 3, 6 or 9 digits, the shortest that loses nothing, as
   * the JSON mapping of protobuf timestamps asks: `2022-10-18T03:16:18.273546829Z`. For years 1970
   * to 9999.
   */
  toIso(timeNs: bigint): string {
    const wallNs = timeNs + this.#offsetNs;
    const second = wallNs / NS_PER_SECOND;
    if (second !== this.#second) {
      // Bursts share a second, and building a Date is most of the cost.
      this.#second = second;
      this.#secondText = new Date(Number(second) * 1000).toISOString().slice(0, 19);
    }
    return `${this.#secondText}${fraction(Number(wallNs - second * NS_PER_SECOND))}Z`;
  }
}

function fraction(ns: number): string {
  if (ns === 0) return '';
  if (ns % 1_000_000 === 0) return `.${String(ns / 1_000_000).padStart(3, '0')}`;
  if (ns % 1000 === 0) return `.${String(ns / 1000).padStart(6, '0')}`;
  return `.${String(ns).padStart(9, '0')}`;
}
