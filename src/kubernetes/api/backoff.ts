/** How long to wait before something that failed is tried again. */

/** Servers that ask for more are asked again after this all the same. */
const ASKED_FOR_MS_MAX = 5 * 60_000;

export interface BackoffBounds {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Doubles from failure to failure; the jitter keeps the nodes of a cluster apart. */
export class Backoff {
  readonly #bounds: BackoffBounds;
  readonly #random: () => number;
  #failures = 0;

  constructor(bounds: BackoffBounds, random: () => number = Math.random) {
    this.#bounds = bounds;
    this.#random = random;
  }

  /** The next delay: from half of its bound to the whole, and no less than was asked for. */
  nextMs(askedForMs: number): number {
    const { firstMs, maxMs } = this.#bounds;
    const bound = Math.min(firstMs * 2 ** this.#failures, maxMs);
    if (bound < maxMs) this.#failures += 1;
    const own = bound * (0.5 + this.#random() / 2);
    const asked = Math.min(askedForMs, ASKED_FOR_MS_MAX) * (1 + this.#random() / 10);
    return Math.round(Math.max(own, asked));
  }

  reset(): void {
    this.#failures = 0;
  }
}
