/** What was written to a lane last, so that readers that keep up need not read it back. */
import type { OutboundMessage } from '../../model/delivery.ts';

/** Of one lane; what is older is read from the disk. */
const RECENT_SIZE_MAX = 8 * 1024 * 1024;

export interface RecentRecord {
  readonly sequence: number;
  readonly message: OutboundMessage;
  /** Characters: about as many as bytes. */
  readonly size: number;
}

export class RecentRecords {
  #records: RecentRecord[] = [];
  /** Those before it were let go, and are cut off when they are many. */
  #start = 0;
  #size = 0;

  /** Their numbers follow those that are here. */
  keep(records: readonly RecentRecord[]): void {
    for (const record of records) {
      this.#records.push(record);
      this.#size += record.size;
    }
    while (this.#size > RECENT_SIZE_MAX && this.#start < this.#records.length) this.#shift();
    this.#trim();
  }

  /** All up to this number are wanted by nobody, or are not on the disk any more. */
  forget(through: number): void {
    let first = this.#records[this.#start];
    while (first !== undefined && first.sequence <= through) {
      this.#shift();
      first = this.#records[this.#start];
    }
    this.#trim();
  }

  /** From this number on; undefined when what comes first may be on disk only. */
  from(
    sequence: number,
    limit: { readonly records: number; readonly bytes: number },
  ): readonly RecentRecord[] | undefined {
    const oldest = this.#records[this.#start];
    if (oldest === undefined || oldest.sequence > sequence) return undefined;
    const found: RecentRecord[] = [];
    let bytes = 0;
    for (let at = this.#find(sequence); at < this.#records.length; at += 1) {
      const record = this.#records[at];
      if (record === undefined || found.length >= limit.records || bytes >= limit.bytes) break;
      found.push(record);
      bytes += record.size;
    }
    return found;
  }

  /** Index of the first record that has at least this number. */
  #find(sequence: number): number {
    let [low, high] = [this.#start, this.#records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle]?.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #shift(): void {
    this.#size -= this.#records[this.#start]?.size ?? 0;
    this.#start += 1;
  }

  #trim(): void {
    if (this.#start * 2 < this.#records.length) return;
    this.#records = this.#records.slice(this.#start);
    this.#start = 0;
  }
}
