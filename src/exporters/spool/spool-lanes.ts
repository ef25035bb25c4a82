/** The lanes of the spool. */

/** In the order in which they are dropped. */
export const SPOOL_LANES = ['telemetry', 'matched'] as const;

/** `matched`: a policy or a rule had to do with it. */
export type LaneName = (typeof SPOOL_LANES)[number];
