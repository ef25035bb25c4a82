/** What a correlation remembers of one group: the matches of its span of time. */
import type { DetectionEvent } from '../../../model/detection-event.ts';

/** A match as it is remembered. */
export interface Entry {
  readonly timeUs: number;
  /** Position of the rule in the correlation. */
  readonly rule: number;
  /** What value correlations count or sum. */
  readonly value: string;
  /** Events that the match stands for. */
  readonly count: number;
  /** Of them, those that are kept as evidence. */
  readonly events: readonly DetectionEvent[];
}

/** Matches that a group keeps; a count cannot become higher. */
export const GROUP_ENTRIES_MAX = 10_000;

/** The first and the last entries keep their events: they tell the most. */
const EVIDENCE_EACH_END = 8;

/** Entries by time, the oldest first. */
export class Group {
  readonly values: Readonly<Record<string, string>>;
  #entries: Entry[] = [];
  /** Entries before this one have left; they are dropped together now and then. */
  #first = 0;

  constructor(values: Readonly<Record<string, string>>) {
    this.values = values;
  }

  get size(): number {
    return this.#entries.length - this.#first;
  }

  get oldestUs(): number {
    return this.#entries[this.#first]?.timeUs ?? Number.POSITIVE_INFINITY;
  }

  /** Adds an entry at its place in time, which is the last but for late ones. */
  add(entry: Entry): void {
    const entries = this.#entries;
    let at = entries.length;
    while (at > this.#first && (entries[at - 1]?.timeUs ?? 0) > entry.timeUs) at -= 1;
    if (at === entries.length) entries.push(entry);
    else entries.splice(at, 0, entry);
    this.#thin(entries.length - 1 - EVIDENCE_EACH_END);
  }

  /** Removes the entries that the predicate takes. */
  remove(isGone: (entry: Entry) => boolean): void {
    this.#entries = this.entries().filter((entry) => !isGone(entry));
    this.#first = 0;
  }

  dropOldest(): void {
    this.#first += 1;
    this.#compact();
  }

  /** Forgets what is older. */
  expire(beforeUs: number): void {
    const entries = this.#entries;
    while (this.#first < entries.length && (entries[this.#first]?.timeUs ?? 0) < beforeUs) {
      this.#first += 1;
    }
    this.#compact();
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
  }

  entries(): readonly Entry[] {
    return this.#first === 0 ? this.#entries : this.#entries.slice(this.#first);
  }

  /** Drops the events of an entry that has moved away from the end. */
  #thin(at: number): void {
    const entry = this.#entries[at];
    if (entry === undefined || at < this.#first + EVIDENCE_EACH_END) return;
    if (entry.events.length > 0) this.#entries[at] = { ...entry, events: [] };
  }

  /** Half of the array may be gone before it is copied: the work for each entry stays constant. */
  #compact(): void {
    if (this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}
