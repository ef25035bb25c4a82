/** The groups of one correlation, bounded: who chooses the values chooses how many there are. */
import { type Entry, GROUP_ENTRIES_MAX, Group } from './group.ts';

/** Groups of one correlation; the least recently used one is dropped for another. */
export const GROUPS_MAX = 10_000;

/** Entries of all groups of one correlation; at some 100 bytes each. */
export const ENTRIES_MAX = 200_000;

/** Groups by what they have in common. */
export class GroupTable {
  readonly #groups = new Map<string, Group>();
  #entries = 0;
  #evicted = 0;
  #dropped = 0;

  get size(): number {
    return this.#groups.size;
  }

  /** Groups that were forgotten because there were too many. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Entries that were forgotten because their group had too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The group of these values, which is now the last that was used. */
  use(values: Readonly<Record<string, string>>): Group {
    const name = JSON.stringify(Object.values(values));
    let group = this.#groups.get(name);
    // A map keeps the order of insertion.
    if (group !== undefined) this.#groups.delete(name);
    else group = new Group(values);
    this.#groups.set(name, group);
    if (this.#groups.size > GROUPS_MAX) this.#evictOldest();
    return group;
  }

  add(group: Group, entry: Entry): void {
    group.add(entry);
    this.#entries += 1;
    if (group.size > GROUP_ENTRIES_MAX) {
      group.dropOldest();
      this.#entries -= 1;
      this.#dropped += 1;
    }
    while (this.#entries > ENTRIES_MAX && this.#groups.size > 1) this.#evictOldest();
  }

  /** Changes a group by anything but `add`, keeping the count of all entries. */
  change(group: Group, change: (group: Group) => void): void {
    const before = group.size;
    change(group);
    this.#entries += group.size - before;
  }

  /** Runs over all groups; those that are empty afterwards are forgotten. */
  sweep(visit: (group: Group) => void): void {
    for (const [name, group] of this.#groups) {
      this.change(group, visit);
      if (group.size === 0) this.#groups.delete(name);
    }
  }

  groups(): Iterable<Group> {
    return this.#groups.values();
  }

  #evictOldest(): void {
    const [oldest] = this.#groups;
    if (oldest === undefined) return;
    this.#groups.delete(oldest[0]);
    this.#entries -= oldest[1].size;
    this.#evicted += 1;
  }
}
