/** Numbers that delivery keeps about itself. Totals since start unless said otherwise. */

/** Records of the spool that were given up before every destination had them. */
export interface SpoolDrops {
  /** The spool was as large as it may be. */
  readonly bytes: number;
  readonly age: number;
  /** The disk was full or broken. */
  readonly disk: number;
  /** They came faster than the disk takes them, or one was too large. */
  readonly buffer: number;
  /** They stood in a part that cannot be read, or were written by another version. */
  readonly damage: number;
}

export interface SpoolCounts {
  readonly appended: number;
  readonly dropped: SpoolDrops;
  readonly tornTails: number;
  readonly damagedSegments: number;
  /** On disk now. */
  readonly bytes: number;
  /** Age of the oldest segment that not everybody has, by its first record; 0 without any. */
  readonly ageMs: number;
}

export interface OutboxCounts {
  /** Alerts that were given up, oldest first, as there were too many. */
  readonly dropped: number;
  /** Databases that were damaged and set aside, or removed. */
  readonly damaged: number;
  /** Why alerts are not kept on disk now; empty when they are. */
  readonly failure: string;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

/** What one destination was sent. */
export interface SinkWorkerState {
  readonly state: 'starting' | 'working' | 'failing' | 'gone' | 'closed';
  readonly breaker: BreakerState;
  readonly delivered: number;
  /** Of those, what the destination said that it had before. */
  readonly duplicates: number;
  readonly retried: number;
  /** Given up and kept as dead letters. */
  readonly dead: number;
  /** Now. */
  readonly waiting: number;
  /** Sent, and not answered yet. */
  readonly inFlight: number;
  /** How long the oldest one waits that is known: events are, once they are read; 0 without any. */
  readonly lagMs: number;
  readonly lost: number;
  /** Of the last failure; empty after a success. */
  readonly reason: string;
}

export interface DeliveryCounts {
  readonly spool: SpoolCounts;
  readonly outbox: OutboxCounts;
  /** Messages that were too many. */
  readonly suppressed: number;
  /** By their names. */
  readonly sinks: Readonly<Record<string, SinkWorkerState>>;
}
