/** The outbox of alerts: on disk, and in memory while the disk cannot take them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeadLetter, DeliveryRecord, Dispatch } from '../../model/delivery.ts';
import type { OutboxCounts } from '../../model/delivery-stats.ts';
import { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { Clock } from '../clock.ts';
import type { Addition, Settlement, StoredAlert } from './additions.ts';
import { DeliveryStore, type StoreOptions } from './delivery-store.ts';
import { setDatabaseAside } from './salvage.ts';
import { IN_MEMORY, kindOfFailure } from './schema.ts';

const NAME = 'alerts.db';
const MEMORY_BYTES_MAX = 16 * 1024 * 1024;

export interface OutboxOptions extends StoreOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * What is added is on disk when `add` returns true. While the disk is full or broken it is kept in
 * memory, bounded, and moved to the disk when that works again.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #path: string;
  #disk: DeliveryStore | undefined;
  #memory: DeliveryStore | undefined;
  /** Tries whose end could not be written; they are not made again. */
  readonly #unwritten = new Map<string, Settlement>();
  #dropped = 0;
  #damaged = 0;
  #failure = '';

  private constructor(options: OutboxOptions) {
    this.#options = options;
    this.#path = join(options.directory, NAME);
  }

  /** Throws SINK_STORE_IN_USE when another process has it. */
  static open(options: OutboxOptions): Outbox {
    const outbox = new Outbox(options);
    outbox.#attempt(() => {
      mkdirSync(options.directory, { recursive: true, mode: 0o700 });
      outbox.#openDisk((cause) => {
        const message = `${outbox.#path} belongs to another agent that is running`;
        throw new CodedError('SINK_STORE_IN_USE', message, { cause });
      });
    });
    return outbox;
  }

  /** True when it is on disk. */
  add(additions: readonly Addition[]): boolean {
    const { clock } = this.#options;
    this.recover();
    const isKept = this.#write(() => {
      this.#dropped += this.#requireDisk().add(additions, clock.now());
    });
    if (isKept) return true;
    this.#dropped += this.#requireMemory().add(additions, clock.now());
    // A damaged database may have been replaced by one that works.
    this.recover();
    return this.#memory === undefined;
  }

  due(sink: string, limit: number): readonly Dispatch[] {
    const now = this.#options.clock.now();
    const found: Dispatch[] = [];
    this.#attempt(() => {
      const asked = limit + this.#unwritten.size;
      found.push(...(this.#disk?.due(sink, now, asked) ?? []));
    });
    found.push(...(this.#memory?.due(sink, now, limit) ?? []));
    return found.filter((one) => !this.#unwritten.has(keyOf(sink, one))).slice(0, limit);
  }

  nextDueMs(sink: string): number | undefined {
    const times: number[] = [];
    this.#attempt(() => times.push(this.#disk?.nextDueMs(sink) ?? Number.POSITIVE_INFINITY));
    times.push(this.#memory?.nextDueMs(sink) ?? Number.POSITIVE_INFINITY);
    const first = Math.min(...times);
    return Number.isFinite(first) ? first : undefined;
  }

  settle(settlements: readonly Settlement[]): void {
    const memory = this.#memory;
    const isInMemory = ({ dispatch }: Settlement): boolean => dispatch.series === memory?.series;
    this.#dropped += memory?.settle(settlements.filter(isInMemory)) ?? 0;
    for (const one of settlements.filter((each) => !isInMemory(each))) {
      this.#unwritten.set(keyOf(one.sink, one.dispatch), one);
    }
    this.recover();
  }

  /** Writes what could not be written before, if it can be now. */
  recover(): void {
    if (this.#disk === undefined) this.#attempt(() => void this.#openDisk());
    if (this.#disk === undefined) return;
    if (this.#unwritten.size > 0) {
      this.#write(() => {
        this.#dropped += this.#requireDisk().settle([...this.#unwritten.values()]);
        this.#unwritten.clear();
      });
    }
    if (this.#memory !== undefined) this.#write(() => this.#moveToDisk());
  }

  /** All that waits is due now. */
  hurry(sink: string): void {
    const now = this.#options.clock.now();
    this.#attempt(() => this.#disk?.hurry(sink, now));
    this.#memory?.hurry(sink, now);
  }

  replay(sink: string, messageId?: string): number {
    let count = 0;
    this.#attempt(() => {
      count = this.#requireDisk().replay(sink, messageId, this.#options.clock.now());
    });
    return count;
  }

  waiting(sink: string): number {
    let count = this.#memory?.waiting(sink) ?? 0;
    this.#attempt(() => {
      count += this.#disk?.waiting(sink) ?? 0;
    });
    return count;
  }

  /** When the one was added that waits longest; undefined when none waits. */
  oldestMs(sink: string): number | undefined {
    const times: number[] = [this.#memory?.oldestMs(sink) ?? Number.POSITIVE_INFINITY];
    this.#attempt(() => times.push(this.#disk?.oldestMs(sink) ?? Number.POSITIVE_INFINITY));
    const first = Math.min(...times);
    return Number.isFinite(first) ? first : undefined;
  }

  deadLetters(limit: number): readonly DeadLetter[] {
    return this.#ask((store) => store.deadLetters(limit));
  }

  deliveries(limit: number): readonly DeliveryRecord[] {
    return this.#ask((store) => store.deliveries(limit));
  }

  alert(id: string): StoredAlert | undefined {
    return this.#ask((store) => [store.alert(id)].flatMap((alert) => alert ?? []))[0];
  }

  /** Newest first, each once; with `onlyFiring`, those that still are. */
  recentAlerts(limit: number, onlyFiring: boolean): readonly StoredAlert[] {
    const found = new Map<string, StoredAlert>();
    // What is in memory is newer, and answered for last.
    for (const one of this.#ask((store) => store.recentAlerts(limit, onlyFiring))) {
      found.set(one.id, one);
    }
    return [...found.values()].slice(0, limit);
  }

  /** Alerts of which nobody is told now; counted as lost by nobody when they cannot be written. */
  keepAlerts(alerts: readonly StoredAlert[]): void {
    const now = this.#options.clock.now();
    if (this.#write(() => this.#requireDisk().addAlerts(alerts, now))) return;
    this.#requireMemory().addAlerts(alerts, now);
  }

  tidy(): void {
    const now = this.#options.clock.now();
    this.#attempt(() => this.#disk?.tidy(now));
    this.#memory?.tidy(now);
  }

  counts(): OutboxCounts {
    return { dropped: this.#dropped, damaged: this.#damaged, failure: this.#failure };
  }

  close(): void {
    this.recover();
    this.#attempt(() => this.#disk?.close());
    this.#memory?.close();
  }

  #ask<T>(question: (store: DeliveryStore) => readonly T[]): readonly T[] {
    const answers: T[] = [];
    this.#attempt(() => {
      if (this.#disk !== undefined) answers.push(...question(this.#disk));
    });
    if (this.#memory !== undefined) answers.push(...question(this.#memory));
    return answers;
  }

  #openDisk(onInUse?: (cause: unknown) => never): DeliveryStore {
    try {
      this.#disk = new DeliveryStore(this.#path, this.#options);
      return this.#disk;
    } catch (error) {
      if (kindOfFailure(error) === 'in_use') onInUse?.(error);
      throw error;
    }
  }

  #requireDisk(): DeliveryStore {
    if (this.#disk === undefined) throw new Error(this.#failure);
    return this.#disk;
  }

  #requireMemory(): DeliveryStore {
    const bounds = { bytesMax: MEMORY_BYTES_MAX, keepMs: this.#options.keepMs };
    this.#memory ??= new DeliveryStore(IN_MEMORY, bounds);
    return this.#memory;
  }

  /** Their numbers begin a new series, as the old one ends here. */
  #moveToDisk(): void {
    const memory = this.#memory;
    if (memory === undefined) return;
    const now = this.#options.clock.now();
    this.#dropped += this.#requireDisk().add(memory.waitingAdditions(), now);
    this.#requireDisk().addAlerts(memory.alerts(), now);
    this.#memory = undefined;
    memory.close();
  }

  /** False when it failed; a damaged database is replaced by a new one. */
  #attempt(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #write(run: () => void): boolean {
    const isDone = this.#attempt(run);
    if (isDone) this.#failure = '';
    return isDone;
  }

  #fail(error: unknown): void {
    if (error instanceof CodedError) throw error;
    const kind = kindOfFailure(error);
    const reason = error instanceof Error ? error.message : String(error);
    if (kind === 'damaged') {
      this.#replace(reason);
      return;
    }
    const isNews = this.#failure === '';
    this.#failure = reason;
    if (!isNews) return;
    this.#options.logger.error(
      { code: 'SINK_STORE_FAILED', cause: error },
      `alerts cannot be kept on disk: ${reason}; they are kept in memory until they can`,
    );
  }

  #replace(reason: string): void {
    this.#damaged += 1;
    this.#failure = reason;
    try {
      this.#disk?.close();
    } catch {
      // It is damaged; what matters is that the next one can be opened.
    }
    this.#disk = undefined;
    try {
      const saved = setDatabaseAside(this.#path);
      this.#openDisk().add(saved, this.#options.clock.now());
      this.#failure = '';
      this.#options.logger.error(
        { code: 'SINK_STORE_DAMAGED', path: this.#path },
        `the store of alerts is damaged (${reason}); it was set aside, ${saved.length} alerts ` +
          'that wait were saved from it',
      );
    } catch (cause) {
      this.#options.logger.error({ code: 'SINK_STORE_DAMAGED', cause }, reason);
    }
  }
}

function keyOf(sink: string, { message }: Dispatch): string {
  return `${sink} ${message.id}`;
}
