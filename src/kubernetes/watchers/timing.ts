/** How long watchers wait, and for what. */

export interface WatchTiming {
  /** Objects of a page of a list. */
  readonly pageSize: number;
  /** Until an answer begins, and for a whole page. */
  readonly answerMs: number;
  /** Servers send a bookmark every minute: one that missed two is not there. */
  readonly silenceMs: number;
  /** After a failure, a watch that stayed open for so long without a word counts as good. */
  readonly settleMs: number;
  /** A server ends a watch after this, or up to twice as much: so that load spreads again. */
  readonly watchSeconds: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
}

export const DEFAULT_TIMING: WatchTiming = {
  pageSize: 500,
  answerMs: 60_000,
  silenceMs: 130_000,
  settleMs: 1000,
  watchSeconds: 300,
  backoffFirstMs: 500,
  backoffMaxMs: 30_000,
};
