/** Time that passes when a test says so. */
import type { Timers } from '../../../src/kubernetes/status/write-queue.ts';

interface Waiting {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Starts at a time of day that texts show plainly; nothing is left to chance. */
export class ManualTimers implements Timers {
  #nowMs: number = Date.parse('2026-03-01T12:00:00Z');
  #waiting: readonly Waiting[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  random(): number {
    return 0;
  }

  after(ms: number, callback: () => void): () => void {
    const waiting = { atMs: this.#nowMs + ms, callback };
    this.#waiting = [...this.#waiting, waiting];
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
    };
  }

  /** Lets time pass, with everything that was to happen meanwhile. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const [next] = this.#waiting.toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > endMs) break;
      this.#waiting = this.#waiting.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await settle();
    }
    this.#nowMs = endMs;
  }
}

/** Promises that are resolved already are followed to their end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}
