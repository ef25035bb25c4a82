/** Accounts for every sequence number the kernel gave out. */

/** What is known about sequence numbers at one moment. */
export interface SequenceTotals {
  /** Last number the kernel gave out, and the one it had given out when reading began. */
  readonly last: number;
  readonly first: number;
  /** Records that arrived, rejects included. */
  readonly received: number;
  /** Records that took a number and found the ring full. */
  readonly ringFull: number;
}

/**
 * Numbers that neither arrived nor were counted as lost: records on their way, or, once the rings
 * are drained, a bug. Read `last` after the other two, or records in between make it negative,
 * which is reported as 0.
 */
export function countMissing(totals: SequenceTotals): number {
  return Math.max(0, totals.last - totals.first - totals.received - totals.ringFull);
}
