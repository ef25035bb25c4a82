/** Records that could not be decoded, counted by reason. A reject never stops the reading. */

/** Why a record was not decoded; the order is that of the checks. */
export const REJECT_REASONS = [
  /** The ring's own header does not fit the batch: the rest of the batch is unreadable. */
  'frame_invalid',
  /** Shorter than a record header. */
  'header_missing',
  /** The record's size is not the ring's. */
  'size_mismatch',
  'kind_unknown',
  /** Shorter than the fixed part of its kind. */
  'record_short',
  'sequence_invalid',
  'arguments_invalid',
  /** A slice leaves its record. */
  'slice_outside',
  /** No policy stands behind the hook record, or behind a selector it names. */
  'hook_unknown',
  'selector_unknown',
] as const;

export type RejectReason = (typeof REJECT_REASONS)[number];

/** Counts by reason; reasons that never occurred are left out of the totals. */
export class RejectCounts {
  readonly #counts = new Map<RejectReason, number>();

  count(reason: RejectReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** Sum over all reasons. */
  get total(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  totals(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
