/** Does one thing after the other for many keys, each when it is due, and not too many a second. */

/** The seam to time. */
export interface Timers {
  nowMs(): number;
  /** Calls back once, unless what is returned is called before. */
  after(ms: number, callback: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

export const systemTimers: Timers = {
  nowMs: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    // A status that nobody waits for does not keep the process alive.
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

export interface WriteQueueOptions {
  readonly timers: Timers;
  /** Between the end of one and the start of the next. */
  readonly intervalMs: number;
  /** Does not reject. */
  readonly work: (key: string) => Promise<void>;
}

/** Keys that wait for their turn. A key is worked on by nobody else meanwhile. */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #dueMs = new Map<string, number>();
  #stopTimer: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #notBeforeMs = 0;
  #isClosed = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get length(): number {
    return this.#dueMs.size;
  }

  /** Has the key worked on in `delayMs`, or before if it was to be. */
  schedule(key: string, delayMs: number): void {
    if (this.#isClosed) return;
    const dueMs = this.#options.timers.nowMs() + delayMs;
    this.#dueMs.set(key, Math.min(dueMs, this.#dueMs.get(key) ?? dueMs));
    this.#arm();
  }

  cancel(key: string): void {
    this.#dueMs.delete(key);
  }

  /** Starts nothing more, and waits for what is being done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#dueMs.clear();
    this.#stopTimer?.();
    await this.#running;
  }

  #arm(): void {
    if (this.#running !== undefined) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const next = this.#next();
    if (next === undefined) return;
    const { timers } = this.#options;
    const atMs = Math.max(next.dueMs, this.#notBeforeMs);
    this.#stopTimer = timers.after(Math.max(0, atMs - timers.nowMs()), () => this.#run());
  }

  #run(): void {
    this.#stopTimer = undefined;
    const next = this.#next();
    if (next === undefined) return;
    const { timers, work, intervalMs } = this.#options;
    // Timers may be early by a fraction, and keys may have been put off.
    if (next.dueMs > timers.nowMs() + 1) {
      this.#arm();
      return;
    }
    this.#dueMs.delete(next.key);
    this.#running = work(next.key).finally(() => {
      this.#running = undefined;
      this.#notBeforeMs = timers.nowMs() + intervalMs;
      this.#arm();
    });
  }

  #next(): { readonly key: string; readonly dueMs: number } | undefined {
    let first: { readonly key: string; readonly dueMs: number } | undefined;
    for (const [key, dueMs] of this.#dueMs) {
      if (first === undefined || dueMs < first.dueMs) first = { key, dueMs };
    }
    return first;
  }
}
