/** Reads one lane for one destination, from where it was left. */
import { open } from 'node:fs/promises';
import type { OutboundMessage } from '../../model/delivery.ts';
import { readFrame, type SpoolRecord } from './frame.ts';
import type { Lane, Segment } from './lane.ts';
import { decodeMessage } from './message-codec.ts';

const CHUNK_BYTES = 256 * 1024;

export interface ReadLimit {
  readonly records: number;
  readonly bytes: number;
}

export interface LaneRecord {
  readonly sequence: number;
  /** Undefined when another version wrote it. */
  readonly message: OutboundMessage | undefined;
}

export interface LaneReaderOptions {
  readonly lane: Lane;
  /** The last number that is done with. */
  readonly acked: number;
  /** What follows the whole bytes cannot be read; called once for each segment. */
  readonly onDamage: (segment: Segment, wholeBytes: number) => Promise<void>;
}

/** Reads are one at a time. Numbers that are missing count as lost, once. */
export class LaneReader {
  readonly #options: LaneReaderOptions;
  #next: number;
  #acked: number;
  #lost = 0;
  #lostThrough: number;
  /** Where the record `#next` stands, when it is known. */
  #place: { readonly path: string; readonly offset: number } | undefined;

  constructor(options: LaneReaderOptions) {
    this.#options = options;
    this.#acked = Math.min(options.acked, options.lane.next - 1);
    this.#next = this.#acked + 1;
    this.#lostThrough = this.#acked;
  }

  get acked(): number {
    return this.#acked;
  }

  get lost(): number {
    return this.#lost;
  }

  get waiting(): number {
    return Math.max(0, this.#options.lane.lastTaken - this.#acked);
  }

  /** What was not acked is read again. */
  rewind(): void {
    this.#next = this.#acked + 1;
    this.#place = undefined;
  }

  /** All up to this number are done with. */
  ack(sequence: number): void {
    this.#acked = Math.max(this.#acked, sequence);
  }

  /** In order; empty when there is nothing new. From memory, if it is still there. */
  async read(limit: ReadLimit): Promise<readonly LaneRecord[]> {
    const recent = this.#options.lane.recent.from(this.#next, limit);
    if (recent === undefined) {
      const records = await this.#readFromDisk(limit);
      return records.map(({ sequence, payload }) => ({
        sequence,
        message: decodeMessage(payload),
      }));
    }
    for (const { sequence } of recent) this.#advance(sequence);
    return recent;
  }

  #advance(sequence: number): void {
    this.#missing(sequence - 1);
    this.#next = sequence + 1;
  }

  async #readFromDisk(limit: ReadLimit): Promise<readonly SpoolRecord[]> {
    const records: SpoolRecord[] = [];
    let bytes = 0;
    for (;;) {
      const segment = this.#currentSegment();
      if (segment === undefined) return records;
      const found = await this.#readFrom(segment, {
        records: limit.records - records.length,
        bytes: limit.bytes - bytes,
      });
      for (const record of found) {
        this.#advance(record.sequence);
        bytes += record.payload.length;
        records.push(record);
      }
      if (records.length >= limit.records || bytes >= limit.bytes) return records;
      if (found.length === 0 && !this.#leave(segment)) return records;
    }
  }

  #currentSegment(): Segment | undefined {
    return this.#options.lane.segments.find(({ last }) => last >= this.#next);
  }

  /** Nothing more is in this segment. False when it is the one that is written. */
  #leave(segment: Segment): boolean {
    if (segment === this.#options.lane.segments.at(-1)) return false;
    this.#missing(segment.last);
    this.#next = segment.last + 1;
    this.#place = undefined;
    return true;
  }

  /** What is between the last record and this number does not exist. */
  #missing(through: number): void {
    const from = Math.max(this.#next, this.#lostThrough + 1);
    if (through < from) return;
    this.#lost += through - from + 1;
    this.#lostThrough = through;
  }

  async #readFrom(segment: Segment, limit: ReadLimit): Promise<readonly SpoolRecord[]> {
    const end = segment.bytes;
    let offset = this.#place?.path === segment.path ? this.#place.offset : 0;
    const records: SpoolRecord[] = [];
    let bytes = 0;
    await using file = await openIfThere(segment.path);
    if (file === undefined) return records;
    const frames = new FrameSource(file, end);
    while (offset < end && records.length < limit.records && bytes < limit.bytes) {
      const read = await frames.read(offset);
      if (read === undefined) {
        await this.#options.onDamage(segment, offset);
        break;
      }
      offset = read.end;
      if (read.record.sequence < this.#next) continue;
      records.push(read.record);
      bytes += read.record.payload.length;
    }
    this.#place = { path: segment.path, offset };
    return records;
  }
}

/** Frames of a file, which is read in large pieces. */
class FrameSource {
  readonly #file: ReadableFile;
  readonly #end: number;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(file: ReadableFile, end: number) {
    this.#file = file;
    this.#end = end;
  }

  /** Undefined when there is no whole record at this place. */
  async read(offset: number): Promise<{ record: SpoolRecord; end: number } | undefined> {
    let read = readFrame(this.#bytes, offset - this.#at);
    while (read.kind === 'short' && offset + read.wanted <= this.#end) {
      const wanted = Math.min(Math.max(read.wanted, CHUNK_BYTES), this.#end - offset);
      this.#bytes = await readAt(this.#file, offset, wanted);
      this.#at = offset;
      if (this.#bytes.length < read.wanted) return undefined;
      read = readFrame(this.#bytes, 0);
    }
    if (read.kind !== 'record') return undefined;
    return { record: read.record, end: this.#at + read.end };
  }
}

interface ReadableFile extends AsyncDisposable {
  read(
    bytes: Buffer,
    offset: number,
    length: number,
    at: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** The bounds of the spool may have removed it since it was chosen. */
async function openIfThere(path: string): Promise<ReadableFile | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readAt(file: ReadableFile, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}
