/** The bounded spool of exported events on disk: lanes by worth, written in batches. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutboundMessage } from '../../model/delivery.ts';
import type { SpoolCounts, SpoolDrops } from '../../model/delivery-stats.ts';
import type { Logger } from '../../model/log.ts';
import type { Clock } from '../clock.ts';
import { type Cursors, readCursors, writeCursors } from './cursors.ts';
import { Lane, type Segment } from './lane.ts';
import { LaneReader } from './lane-reader.ts';
import { LaneWriter } from './lane-writer.ts';
import { SerialTasks } from './serial-tasks.ts';
import { type LaneName, SPOOL_LANES } from './spool-lanes.ts';

const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
/** At least so many segments within the bound, so that what is dropped at once is a part of it. */
const SEGMENTS_MIN = 8;
const SYNC_INTERVAL_MS = 200;
/** An older cursor only means that some messages are sent twice. */
const STATE_INTERVAL_MS = 1000;

export interface SpoolOptions {
  readonly directory: string;
  readonly bytesMax: number;
  readonly ageMaxMs: number;
  /** Names of the destinations that read it. */
  readonly readers: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Something can be read. */
  readonly onWritten?: () => void;
}

/** Appending neither waits nor throws: what cannot be kept is counted. */
export class Spool {
  /**
   * Another one at each start: numbers at the end of a life may have been lost, given again, and
   * sent with both.
   */
  readonly series: string = randomUUID();
  readonly #options: SpoolOptions;
  readonly #lanes: ReadonlyMap<LaneName, Lane>;
  readonly #writer: LaneWriter;
  readonly #tasks: SerialTasks;
  readonly #readers = new Map<string, ReadonlyMap<LaneName, LaneReader>>();
  readonly #cursors: Cursors;
  readonly #drops: Record<keyof SpoolDrops, number>;
  #damaged = 0;
  #isSaid = false;
  readonly #torn: number;
  #stopTimers: (() => void)[] = [];

  private constructor(options: SpoolOptions, lanes: Map<LaneName, Lane>, found: FoundState) {
    this.#options = options;
    this.#lanes = lanes;
    this.#cursors = found.cursors;
    this.#torn = found.torn;
    this.#damaged = found.damaged;
    this.#drops = { bytes: 0, age: 0, disk: 0, buffer: 0, damage: 0 };
    this.#tasks = new SerialTasks();
    for (const name of options.readers) this.#readers.set(name, this.#makeReaders(name));
    this.#writer = new LaneWriter({
      lanes,
      tasks: this.#tasks,
      clock: options.clock,
      drops: this.#drops,
      logger: options.logger,
      dropOldest: () => this.#dropOldest('disk'),
      onWritten: () => this.#afterWrite(),
    });
    this.#every(SYNC_INTERVAL_MS, () => this.#writer.flush());
    this.#every(STATE_INTERVAL_MS, () => this.#keep());
  }

  /** Rejects when the directory cannot be used. Says what was torn or damaged. */
  static async open(options: SpoolOptions): Promise<Spool> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const cursors = await readCursors(options.directory);
    const segmentBytesMax = Math.min(SEGMENT_BYTES_MAX, options.bytesMax / SEGMENTS_MIN);
    const lanes = new Map<LaneName, Lane>();
    const ends: string[] = [];
    for (const name of SPOOL_LANES) {
      const directory = join(options.directory, name);
      const { lane, end } = await Lane.open({ directory, segmentBytesMax });
      lanes.set(name, lane);
      ends.push(end);
      if (end !== 'whole') sayEnd(options.logger, directory, end);
    }
    const torn = ends.filter((end) => end === 'torn').length;
    const damaged = ends.filter((end) => end === 'damaged').length;
    return new Spool(options, lanes, { cursors, torn, damaged });
  }

  append(lane: LaneName, messages: readonly OutboundMessage[]): void {
    this.#writer.append(lane, messages);
  }

  /** Resolves when all that was appended is on disk, or counted as dropped. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Lets a destination read from where it was; what it read and did not ack is read again. */
  openReaders(sink: string): void {
    this.#readers.set(sink, this.#makeReaders(sink));
  }

  /** Nothing is kept for that destination any more. */
  dropReaders(sink: string): void {
    this.#readers.delete(sink);
  }

  reader(sink: string, lane: LaneName): LaneReader | undefined {
    return this.#readers.get(sink)?.get(lane);
  }

  counts(): SpoolCounts {
    return {
      appended: this.#writer.appended,
      dropped: { ...this.#drops },
      tornTails: this.#torn,
      damagedSegments: this.#damaged,
      bytes: this.#bytes(),
      ageMs: this.#ageMs(),
    };
  }

  async close(): Promise<void> {
    for (const stop of this.#stopTimers) stop();
    this.#stopTimers = [];
    await this.#writer.flush();
    await this.#tasks.run(async () => {
      const sayNotKept = (cause: unknown): void => this.#sayNotKept(cause);
      for (const lane of this.#lanes.values()) await lane.close().catch(sayNotKept);
      await this.#writeCursors().catch(sayNotKept);
    });
  }

  #makeReaders(sink: string): ReadonlyMap<LaneName, LaneReader> {
    const before = this.#readers.get(sink);
    const cursors = this.#cursors[sink] ?? {};
    const entries = [...this.#lanes].map(([name, lane]): [LaneName, LaneReader] => {
      const onDamage = (segment: Segment, bytes: number): Promise<void> =>
        this.#setAside(lane, { segment, bytes });
      const acked = before?.get(name)?.acked ?? cursors[name] ?? 0;
      return [name, new LaneReader({ lane, acked, onDamage })];
    });
    return new Map(entries);
  }

  #every(ms: number, run: () => Promise<void>): void {
    let cancel = (): void => undefined;
    let isStopped = false;
    const next = (): void => {
      if (isStopped) return;
      cancel = this.#options.clock.after(ms, () => {
        run().then(next, (cause: unknown) => {
          this.#sayNotKept(cause);
          next();
        });
      });
    };
    next();
    this.#stopTimers.push(() => {
      isStopped = true;
      cancel();
    });
  }

  /** Once: a full disk fails every second. */
  #sayNotKept(cause: unknown): void {
    if (this.#isSaid) return;
    this.#isSaid = true;
    const message = 'what was read of the spool cannot be noted; after a restart it is sent again';
    this.#options.logger.warn({ code: 'SINK_SPOOL_FAILED', cause }, message);
  }

  /** Forgets what everybody has, applies the bounds, and keeps the cursors. */
  async #keep(): Promise<void> {
    await this.#tasks.run(async () => {
      for (const [name, lane] of this.#lanes) await lane.forget(this.#doneThrough(name));
      await this.#applyBounds();
      await this.#writeCursors();
    });
  }

  async #afterWrite(): Promise<void> {
    this.#options.onWritten?.();
    await this.#applyBounds();
  }

  async #applyBounds(): Promise<void> {
    const { bytesMax, ageMaxMs, clock } = this.#options;
    while (this.#bytes() > bytesMax && (await this.#dropOldest('bytes')));
    const oldest = clock.now() - ageMaxMs;
    for (const [name, lane] of this.#lanes) {
      while (isOlder(lane.segments[0], oldest) && (await this.#dropFrom(name, lane, 'age')));
    }
  }

  /** Telemetry goes before what policies and rules matched. */
  async #dropOldest(reason: keyof SpoolDrops): Promise<boolean> {
    for (const [name, lane] of this.#lanes) {
      if (await this.#dropFrom(name, lane, reason)) return true;
    }
    return false;
  }

  async #dropFrom(name: LaneName, lane: Lane, reason: keyof SpoolDrops): Promise<boolean> {
    const oldest = lane.segments[0];
    if (oldest === undefined || oldest.bytes === 0) return false;
    // The last one holds the number of the lane, so another one has to be there before it goes.
    if (lane.segments.length === 1) await lane.seal().catch(() => undefined);
    const dropped = await lane.dropOldest();
    if (dropped === undefined) return false;
    const from = Math.max(dropped.first, this.#doneThrough(name) + 1);
    this.#drops[reason] += Math.max(0, dropped.last - from + 1);
    return true;
  }

  async #setAside(lane: Lane, at: { segment: Segment; bytes: number }): Promise<void> {
    const { segment, bytes } = at;
    await this.#tasks.run(async () => {
      if (segment.bytes <= bytes) return;
      this.#damaged += 1;
      this.#options.logger.error(
        { code: 'SINK_SPOOL_DAMAGED', path: segment.path, offset: bytes },
        'a part of the spool is damaged; it was set aside, and what follows it goes on',
      );
      await lane.setAside(segment, bytes);
    });
  }

  #doneThrough(lane: LaneName): number {
    const acked = [...this.#readers.values()].map((readers) => readers.get(lane)?.acked ?? 0);
    return acked.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...acked);
  }

  #bytes(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.bytes, 0);
  }

  #ageMs(): number {
    const times = [...this.#lanes].flatMap(([name, { segments }]) => {
      const done = this.#doneThrough(name);
      const oldest = segments.find(({ bytes, last }) => bytes > 0 && last > done);
      return oldest?.oldestMs ?? [];
    });
    return times.length === 0 ? 0 : Math.max(0, this.#options.clock.now() - Math.min(...times));
  }

  async #writeCursors(): Promise<void> {
    const cursors = [...this.#readers].map(([sink, readers]) => [
      sink,
      Object.fromEntries([...readers].map(([lane, { acked }]) => [lane, acked])),
    ]);
    await writeCursors(this.#options.directory, Object.fromEntries(cursors));
  }
}

interface FoundState {
  readonly cursors: Cursors;
  readonly torn: number;
  readonly damaged: number;
}

function isOlder(segment: Segment | undefined, timeMs: number): boolean {
  return segment !== undefined && segment.bytes > 0 && segment.newestMs < timeMs;
}

function sayEnd(logger: Logger, directory: string, end: string): void {
  const how = end === 'torn' ? 'cut off, as it was not complete' : 'damaged, and set aside';
  logger.warn({ code: 'SINK_SPOOL_DAMAGED', directory }, `the end of the spool was ${how}`);
}
