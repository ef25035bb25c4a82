/** One ring as the pipeline sees it: a record at a time, filled batch by batch. */
import { RecordCursor } from '../records/cursor.ts';
import type { RejectCounts } from '../records/reject.ts';

/** Where batches come from; RingReader in production. */
export interface BatchSource {
  /** Copies the next committed records of a ring into its batch; returns the bytes, 0 if none. */
  fill(ring: number): number;
  /** The buffer of a ring, overwritten by the next fill. */
  batch(ring: number): Uint8Array;
  close(): void;
}

/** The records of one ring in their order. */
export class Lane {
  readonly cursor: RecordCursor;
  readonly #source: BatchSource;
  readonly #ring: number;
  #isReady = false;
  #sequence = 0;

  constructor(source: BatchSource, ring: number, rejects: RejectCounts) {
    this.cursor = new RecordCursor('ring', rejects);
    this.#source = source;
    this.#ring = ring;
  }

  /** True while the cursor stands on a record that was not taken yet. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Sequence number of that record. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Gets the next batch unless there are records left; false when the ring has none. */
  fill(): boolean {
    if (this.#isReady) return true;
    const bytes = this.#source.fill(this.#ring);
    if (bytes === 0) return false;
    this.cursor.open(this.#source.batch(this.#ring).subarray(0, bytes));
    this.advance();
    return true;
  }

  /** Leaves the current record. */
  advance(): void {
    this.#isReady = this.cursor.advance();
    if (this.#isReady) this.#sequence = this.cursor.sequence;
  }
}
