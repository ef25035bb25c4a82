/** The lanes of the spool, and why records are dropped from it. */

/** In the order in which they are dropped. */
export const SPOOL_LANES = ['telemetry', 'matched'] as const;

/** `matched`: a policy or a rule had to do with it. */
export type LaneName = (typeof SPOOL_LANES)[number];

/** Records that were given up. */
export interface Drops {
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
