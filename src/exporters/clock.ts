/** Time and chance as delivery sees them; tests give it others, so that none waits. */

export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** Runs once, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
  /** From 0 up to 1. */
  random(): number;
}

/** The machine's. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
