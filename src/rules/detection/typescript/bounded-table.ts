/** Tables that detectors keep their state in: bounded, and forgetful by the time of events. */
import { isRecord } from '../recording/is-record.ts';
import type { Table, TableBounds } from './api/index.ts';

/** Longest key. */
const KEY_LENGTH_MAX = 1024;

/** Time of the event that is looked at; the latest one. */
export interface EventClock {
  nowMs: number;
}

interface Entry {
  readonly value: unknown;
  readonly timeMs: number;
}

/** A table as it is kept: key, value, time. */
export type SavedTable = readonly (readonly [key: string, value: unknown, timeMs: number])[];

/** In the order in which entries were set. */
export class BoundedTable implements Table<unknown> {
  readonly #bounds: TableBounds;
  readonly #clock: EventClock;
  readonly #entries = new Map<string, Entry>();
  /** Goes through the entries once: a new one would pass over all that are gone each time. */
  #order = this.#entries.keys();
  /** Key of the entry that was set longest ago, when it was looked for. */
  #front: string | undefined;
  #evicted = 0;

  constructor(bounds: TableBounds, clock: EventClock) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  get size(): number {
    this.#dropOld();
    return this.#entries.size;
  }

  /** Entries that went for want of room. */
  get evicted(): number {
    return this.#evicted;
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key);
    if (entry === undefined || !this.#isOld(entry)) return entry?.value;
    this.delete(key);
    return undefined;
  }

  set(key: string, value: unknown): void {
    if (typeof key !== 'string' || key.length > KEY_LENGTH_MAX) {
      throw new RangeError(`a key is a text of at most ${KEY_LENGTH_MAX} characters`);
    }
    this.delete(key);
    this.#entries.set(key, { value, timeMs: this.#clock.nowMs });
    this.#dropOld();
    if (this.#entries.size <= this.#bounds.entriesMax) return;
    const oldest = this.#findOldest();
    if (oldest !== undefined) this.delete(oldest);
    this.#evicted += 1;
  }

  delete(key: string): void {
    this.#entries.delete(key);
    if (key === this.#front) this.#front = undefined;
  }

  save(): SavedTable {
    return [...this.#entries].map(([key, { value, timeMs }]) => [key, value, timeMs]);
  }

  /** Takes what `save` gave; what is not that is left out. */
  restore(saved: unknown): void {
    if (!Array.isArray(saved)) return;
    for (const entry of saved.slice(-this.#bounds.entriesMax)) {
      const [key, value, timeMs] = Array.isArray(entry) ? entry : [];
      if (typeof key !== 'string' || typeof timeMs !== 'number') continue;
      this.#entries.set(key, { value, timeMs });
    }
  }

  #isOld({ timeMs }: Entry): boolean {
    return timeMs + (this.#bounds.forgetAfterMs ?? Number.POSITIVE_INFINITY) < this.#clock.nowMs;
  }

  #dropOld(): void {
    for (;;) {
      const key = this.#findOldest();
      const entry = key === undefined ? undefined : this.#entries.get(key);
      if (key === undefined || entry === undefined || !this.#isOld(entry)) return;
      this.delete(key);
    }
  }

  #findOldest(): string | undefined {
    if (this.#front !== undefined) return this.#front;
    let next = this.#order.next();
    if (next.done === true) {
      this.#order = this.#entries.keys();
      next = this.#order.next();
    }
    this.#front = next.done === true ? undefined : next.value;
    return this.#front;
  }
}

/** Text of a value that is plain data, all the way down. Throws TypeError for anything else. */
export function plainText(value: unknown): string {
  return JSON.stringify(value, function (this: unknown, name: string, converted: unknown): unknown {
    // What it is asked about was converted already: a date is a text by now.
    const part = isRecord(this) ? this[name] : converted;
    if (isPlain(part)) return part;
    throw new TypeError(`${JSON.stringify(name)} is no plain data`);
  });
}

function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || Array.isArray(value) || isPlainObject(value);
    default:
      return false;
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
