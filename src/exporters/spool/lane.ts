/** One series of numbered records on disk, in segments; written by one process. */
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecentRecord, RecentRecords } from './recent-records.ts';
import { cutSegment, scanSegment, setAside } from './recover.ts';

const SUFFIX = '.segment';
const NAME_DIGITS = 16;

/** A file of records; of the last one, `bytes` and `last` grow. */
export interface Segment {
  readonly path: string;
  readonly first: number;
  /** At most this; the number before the first one when it is empty. */
  last: number;
  bytes: number;
  /** When the newest record was appended; of older segments an upper bound. */
  newestMs: number;
  /** When its first record was appended; of those that were found, at most `newestMs`. */
  oldestMs: number;
}

export interface LaneOptions {
  readonly directory: string;
  readonly segmentBytesMax: number;
}

/** What was wrong with the last segment when the lane was opened. */
export type LaneEnd = 'whole' | 'torn' | 'damaged';

/** Numbers are given in the order of `take`, and are never given twice. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #segments: Segment[];
  readonly recent: RecentRecords = new RecentRecords();
  #next: number;
  #writtenThrough: number;
  #lastTaken: number;
  #file: FileHandle | undefined;
  #isDirty = false;

  private constructor(options: LaneOptions, segments: Segment[], next: number) {
    this.#options = options;
    this.#segments = segments;
    this.#next = next;
    this.#writtenThrough = next - 1;
    this.#lastTaken = next - 1;
  }

  /** Cuts what was torn. Rejects when the directory cannot be used. */
  static async open(options: LaneOptions): Promise<{ lane: Lane; end: LaneEnd }> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const { segments, end } = await listSegments(options.directory);
    const next = (segments.at(-1)?.last ?? 0) + 1;
    return { lane: new Lane(options, segments, next), end };
  }

  /** Oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The number that the next record gets. */
  get next(): number {
    return this.#next;
  }

  /** Of a record: the numbers behind it are of what was dropped. */
  get lastTaken(): number {
    return this.#lastTaken;
  }

  /** The number of a record that will be written. */
  take(): number {
    this.#lastTaken = this.#next;
    this.#next += 1;
    return this.#lastTaken;
  }

  /** Numbers below are never given: what would have had them was dropped. */
  skipTo(sequence: number): void {
    this.#next = Math.max(this.#next, sequence);
  }

  /** `frames` are those of the records. Nothing is kept of a write that fails. */
  async write(frames: Buffer, records: readonly RecentRecord[]): Promise<void> {
    const first = records[0]?.sequence ?? this.#next;
    const last = records.at(-1)?.sequence ?? first;
    const segment = await this.#segmentFor(frames.length, first);
    const file = await this.#openFile(segment);
    let written = 0;
    try {
      while (written < frames.length) {
        const at = segment.bytes + written;
        written += (await file.write(frames, written, frames.length - written, at)).bytesWritten;
      }
    } catch (error) {
      await file.truncate(segment.bytes).catch(() => undefined);
      throw error;
    }
    if (segment.bytes === 0) segment.oldestMs = frames.readDoubleLE(16);
    segment.bytes += frames.length;
    segment.last = last;
    this.#writtenThrough = last;
    this.recent.keep(records);
    segment.newestMs = Math.max(segment.newestMs, frames.readDoubleLE(16));
    this.#isDirty = true;
  }

  /** After this, what was written outlives the machine. */
  async sync(): Promise<void> {
    if (!this.#isDirty || this.#file === undefined) return;
    this.#isDirty = false;
    await this.#file.datasync();
  }

  /** Removes the oldest segment; undefined when there is none that is complete. */
  async dropOldest(): Promise<Segment | undefined> {
    if (this.#segments.length < 2) return undefined;
    const [oldest] = this.#segments.splice(0, 1);
    if (oldest === undefined) return undefined;
    this.recent.forget(oldest.last);
    await rm(oldest.path, { force: true });
    return oldest;
  }

  /** Removes segments that all readers are done with. The last one stays: it holds the number. */
  async forget(through: number): Promise<void> {
    this.recent.forget(through);
    let oldest = this.#segments[0];
    while (oldest !== undefined && oldest.last <= through) {
      if ((await this.dropOldest()) === undefined) return;
      oldest = this.#segments[0];
    }
  }

  /** Starts another segment, so that the one before can be dropped. */
  async seal(): Promise<void> {
    const last = this.#segments.at(-1);
    if (last === undefined || last.bytes === 0) return;
    await this.#startSegment(this.#writtenThrough + 1);
  }

  /** What follows `wholeBytes` cannot be read. */
  async setAside(segment: Segment, wholeBytes: number): Promise<void> {
    if (segment === this.#segments.at(-1)) await this.seal();
    await setAside(segment.path, wholeBytes);
    segment.bytes = wholeBytes;
  }

  async close(): Promise<void> {
    await this.sync();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #segmentFor(size: number, first: number): Promise<Segment> {
    const last = this.#segments.at(-1);
    const isFull = last !== undefined && last.bytes + size > this.#options.segmentBytesMax;
    if (last !== undefined && (last.bytes === 0 || !isFull)) return last;
    return this.#startSegment(first);
  }

  async #startSegment(first: number): Promise<Segment> {
    const path = join(this.#options.directory, nameOf(first));
    const file = await open(path, 'w', 0o600);
    const before = this.#file;
    const isBeforeDirty = this.#isDirty;
    this.#file = file;
    this.#isDirty = false;
    const times = { newestMs: 0, oldestMs: 0 };
    const segment: Segment = { path, first, last: first - 1, bytes: 0, ...times };
    this.#segments.push(segment);
    if (isBeforeDirty) await before?.datasync();
    await before?.close();
    await syncDirectory(this.#options.directory);
    return segment;
  }

  async #openFile(segment: Segment): Promise<FileHandle> {
    this.#file ??= await open(segment.path, 'r+');
    return this.#file;
  }
}

function nameOf(first: number): string {
  return `${String(first).padStart(NAME_DIGITS, '0')}${SUFFIX}`;
}

/** The entry of a new file is part of its directory, which is synced apart from it. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}

async function listSegments(directory: string): Promise<{ segments: Segment[]; end: LaneEnd }> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(SUFFIX)).sort();
  const segments: Segment[] = [];
  let end: LaneEnd = 'whole';
  for (const [index, name] of names.entries()) {
    const path = join(directory, name);
    const first = Number(name.slice(0, -SUFFIX.length));
    if (!Number.isSafeInteger(first) || first < 1) continue;
    const isLast = index === names.length - 1;
    const found = isLast ? await recoverLast(path, first) : await describe(path, first);
    if (isLast) end = found.end;
    segments.push(found.segment);
  }
  boundByNext(segments);
  return { segments, end };
}

/** Of complete segments only the size is looked at: they are checked when they are read. */
async function describe(path: string, first: number): Promise<{ segment: Segment; end: LaneEnd }> {
  await using file = await open(path, 'r');
  const { size, mtimeMs } = await file.stat();
  return {
    segment: {
      ...{ path, first, last: first - 1, bytes: size },
      ...{ newestMs: mtimeMs, oldestMs: mtimeMs },
    },
    end: 'whole',
  };
}

async function recoverLast(
  path: string,
  first: number,
): Promise<{ segment: Segment; end: LaneEnd }> {
  const scan = await scanSegment(path);
  if (scan.end === 'torn') await cutSegment(path, scan.bytes);
  if (scan.end === 'damaged') await setAside(path, scan.bytes);
  const last = Math.max(first - 1, scan.last?.sequence ?? 0);
  const newestMs = scan.last?.timeMs ?? 0;
  const segment = { path, first, last, bytes: scan.bytes, newestMs, oldestMs: newestMs };
  return { segment, end: scan.end };
}

function boundByNext(segments: readonly Segment[]): void {
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (next !== undefined) segment.last = next.first - 1;
  }
}
