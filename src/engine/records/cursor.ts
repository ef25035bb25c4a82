/** Walks a batch of records. A bad record is counted and passed over; nothing in it throws. */
import { checkRecord } from './check-record.ts';
import { OUTCOME_FLAG, RECORD_KIND } from './generated/enums.ts';
import { HookRecordView, RecordHeaderView } from './generated/views.ts';
import type { RejectCounts } from './reject.ts';

/** The ring puts a word of length and flags, and a word of its own, before each record. */
const RING_HEADER_SIZE = 8;
const LENGTH_MASK = 0x3fff_ffff;
const DISCARD_BIT = 0x4000_0000;
const BUSY_BIT = 0x8000_0000;

/** `ring`: as in a ring buffer. `bare`: record after record, as an iterator writes them. */
export type Framing = 'ring' | 'bare';

const EMPTY = new Uint8Array(0);

/**
 * Position in one batch. After `advance` returned true, the record is `size` bytes of `view` at
 * `at`, and is well-formed; it is valid until the batch is reused.
 */
export class RecordCursor {
  readonly #framing: Framing;
  readonly #rejects: RejectCounts;
  readonly #header = new RecordHeaderView();
  readonly #hook = new HookRecordView();
  #bytes: Uint8Array = EMPTY;
  #view: DataView = new DataView(EMPTY.buffer);
  #next = 0;
  #at = 0;
  #size = 0;
  #received = 0;

  constructor(framing: Framing, rejects: RejectCounts) {
    this.#framing = framing;
    this.#rejects = rejects;
  }

  /** Starts at the first record of a batch. */
  open(batch: Uint8Array): void {
    const isSame = batch.buffer === this.#view.buffer && batch.byteOffset === this.#view.byteOffset;
    // Readers give the same buffer every time; a view of it is worth keeping.
    if (!isSame || this.#view.byteLength < batch.length) {
      this.#view = new DataView(batch.buffer, batch.byteOffset, batch.length);
    }
    this.#bytes = batch;
    this.#next = 0;
  }

  /** Goes to the next record that is well-formed; false at the end of the batch. */
  advance(): boolean {
    while (this.#next < this.#bytes.length) {
      if (!this.#frame()) return false;
      if (this.#size < 0) continue;
      this.#received += 1;
      const reason = checkRecord(this.#view, this.#at, this.#size);
      if (reason === undefined) {
        this.#header.wrap(this.#view, this.#at);
        return true;
      }
      this.#rejects.count(reason);
    }
    return false;
  }

  get view(): DataView {
    return this.#view;
  }

  /** The batch, for strings; offsets are those of `view`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get at(): number {
    return this.#at;
  }

  get kind(): number {
    return this.#header.kind;
  }

  /** Whom the kernel sent a signal at a hook; undefined for records of anything else. */
  get signalled(): number | undefined {
    if (this.#header.kind !== RECORD_KIND.HOOK) return undefined;
    const { outcome, headerTgid } = this.#hook.wrap(this.#view, this.#at);
    return (outcome & OUTCOME_FLAG.SIGNALLED) === 0 ? undefined : headerTgid;
  }

  get sequence(): number {
    return this.#header.sequenceHigh * 0x1_0000_0000 + this.#header.sequenceLow;
  }

  /** Records met since the cursor was made, rejects included. */
  get received(): number {
    return this.#received;
  }

  /** Finds the bytes of the next record; a size below 0 marks one that its writer gave up. */
  #frame(): boolean {
    const head = this.#next;
    const room = this.#bytes.length - head;
    const isRing = this.#framing === 'ring';
    const length = isRing ? this.#ringLength(head, room) : this.#bareLength(head, room);
    const start = isRing ? head + RING_HEADER_SIZE : head;
    if (length === undefined || start + (length & LENGTH_MASK) > this.#bytes.length) {
      return this.#giveUp();
    }
    const size = length & LENGTH_MASK;
    this.#at = start;
    this.#size = length & DISCARD_BIT ? -1 : size;
    this.#next = isRing ? head + ((size + RING_HEADER_SIZE + 7) & ~7) : head + size;
    return true;
  }

  /** Length and flags of a ring frame; undefined where no finished frame begins. */
  #ringLength(head: number, room: number): number | undefined {
    if (room < RING_HEADER_SIZE) return undefined;
    const word = this.#view.getUint32(head, true);
    return word & BUSY_BIT ? undefined : word;
  }

  #bareLength(head: number, room: number): number | undefined {
    if (room < RecordHeaderView.SIZE) return undefined;
    const size = this.#header.wrap(this.#view, head).size;
    return size < RecordHeaderView.SIZE || size > LENGTH_MASK ? undefined : size;
  }

  #giveUp(): false {
    this.#received += 1;
    this.#rejects.count('frame_invalid');
    this.#next = this.#bytes.length;
    return false;
  }
}
