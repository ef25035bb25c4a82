/** Leaves a destination alone that failed often in a row. */
import type { BreakerState } from '../../model/delivery-stats.ts';
import type { Clock } from '../clock.ts';

const FAILURES_MAX = 5;
const PAUSE_MS = 30_000;
const PAUSE_MAX_MS = 300_000;

/** Opens after five failures in a row; one message is tried after each pause, which grows. */
export class CircuitBreaker {
  readonly #clock: Clock;
  #failures = 0;
  #pauseMs = PAUSE_MS;
  #openUntilMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): BreakerState {
    if (this.#openUntilMs === undefined) return 'closed';
    return this.#clock.now() < this.#openUntilMs ? 'open' : 'half_open';
  }

  /** When it may be tried again; now, unless it is open. */
  get openUntilMs(): number {
    return this.#openUntilMs ?? 0;
  }

  /** It answered, if only to refuse a message. */
  succeed(): void {
    this.#failures = 0;
    this.#pauseMs = PAUSE_MS;
    this.#openUntilMs = undefined;
  }

  fail(): void {
    this.#failures += 1;
    const wasOpen = this.#openUntilMs !== undefined;
    if (!wasOpen && this.#failures < FAILURES_MAX) return;
    if (wasOpen) this.#pauseMs = Math.min(this.#pauseMs * 2, PAUSE_MAX_MS);
    this.#openUntilMs = this.#clock.now() + this.#pauseMs;
  }
}
