/**
 * Longest prefix by binary search on the lengths that prefixes have (Waldvogel and others, SIGCOMM
 * 1997): a tree of lengths, and a row for every prefix and for the lengths on the way to it.
 */
import { LENGTHS_MAX } from '../records/index.ts';
import { SensorError } from './errors.ts';
import type { SelectorSet } from './selector-set.ts';

/** What follows from a row under that length, or from none: places of lengths, 0 for the end. */
export interface LengthNode {
  readonly length: number;
  readonly longer: number;
  readonly shorter: number;
}

/** Selectors by prefix, a string of as many characters as the prefix has bytes or bits. */
export type PrefixRows = ReadonlyMap<string, SelectorSet>;

export interface SearchedPrefixes {
  /** Place of the length that is tried first; 0 when there is no prefix. */
  readonly root: number;
  /** With the selectors of shorter prefixes, and with rows that lead to longer ones. */
  readonly rows: PrefixRows;
}

/** The lengths of all dimensions of a hook, by place. */
export class LengthTrees {
  readonly #nodes: LengthNode[] = [{ length: 0, longer: 0, shorter: 0 }];

  get nodes(): readonly LengthNode[] {
    return this.#nodes;
  }

  /** Throws ENGINE_HOOK_FULL when the lengths of the hook are more than LENGTHS_MAX. */
  add(prefixes: PrefixRows): SearchedPrefixes {
    const lengths = [...new Set([...prefixes.keys()].map(({ length }) => length))];
    const root = this.#plant(lengths.toSorted((a, b) => a - b));
    return { root, rows: uniteShorter(prefixes, this.#withWays(prefixes.keys(), root)) };
  }

  /** Ascending lengths; the middle one first. */
  #plant(lengths: readonly number[]): number {
    const middle = lengths.length >> 1;
    const length = lengths[middle];
    if (length === undefined) return 0;
    if (this.#nodes.length > LENGTHS_MAX) throw tooManyLengths();
    const place = this.#nodes.push({ length, longer: 0, shorter: 0 }) - 1;
    const shorter = this.#plant(lengths.slice(0, middle));
    const longer = this.#plant(lengths.slice(middle + 1));
    this.#nodes[place] = { length, longer, shorter };
    return place;
  }

  /** The prefixes, and what of them the search has to find to get to their length. */
  #withWays(prefixes: Iterable<string>, root: number): ReadonlySet<string> {
    const ways = new Set<string>();
    for (const prefix of prefixes) {
      let node = this.#nodes[root];
      while (node !== undefined && node.length !== prefix.length) {
        if (node.length < prefix.length) ways.add(prefix.slice(0, node.length));
        node = this.#nodes[node.length < prefix.length ? node.longer : node.shorter];
      }
      ways.add(prefix);
    }
    return ways;
  }
}

/** Only the longest one is found, so each must hold what shorter ones hold too. */
function uniteShorter(prefixes: PrefixRows, texts: ReadonlySet<string>): PrefixRows {
  const united = new Map<string, SelectorSet>();
  for (const text of [...texts].toSorted((a, b) => a.length - b.length)) {
    let set = prefixes.get(text) ?? 0n;
    // Shorter ones are complete already, so the longest of them is enough.
    for (let length = text.length - 1; length >= 0; length--) {
      const shorter = united.get(text.slice(0, length));
      if (shorter === undefined) continue;
      set |= shorter;
      break;
    }
    united.set(text, set);
  }
  return united;
}

function tooManyLengths(): SensorError {
  return new SensorError(
    'ENGINE_HOOK_FULL',
    `prefixes on this hook have more than ${LENGTHS_MAX} different lengths`,
  );
}
