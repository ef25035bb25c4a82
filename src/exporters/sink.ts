/** Where encoded events go. */

/** Totals since the sink was made; every line is written, dropped, or still waiting. */
export interface SinkCounts {
  readonly written: number;
  /** Lines given up because the buffer was full or the destination is gone. */
  readonly dropped: number;
  readonly waiting: number;
}

/**
 * A destination of lines. Writing neither waits nor throws: what cannot be taken is dropped and
 * counted, so that a slow reader never holds up the data plane.
 */
export interface Sink {
  readonly name: string;
  /** Takes lines without line ends, in order. */
  write(lines: readonly string[]): void;
  counts(): SinkCounts;
  /** Stops taking lines and waits, for a bounded time, until the waiting ones are out. */
  close(): Promise<void>;
}
