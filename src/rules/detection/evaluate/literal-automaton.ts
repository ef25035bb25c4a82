/**
 * Finds all of many literals in a text in one pass, whatever their number: Aho and Corasick, 1975,
 * as a dense automaton over the characters that occur in the literals.
 */

/** Characters below this are classified by a table, the others by a map. */
const TABLE_SIZE = 128;
/** Class of all characters that no literal has. */
const OTHER = 0;
const ROOT = 0;

/** Is told the number of each literal found; of one that occurs twice, perhaps twice. */
type OnFound = (literal: number) => void;

interface Trie {
  /** By state: next state by class. */
  readonly next: Map<number, number>[];
  /** By state: literals that end there. */
  readonly ends: number[][];
}

/** Immutable once made. */
export class LiteralAutomaton {
  readonly #classes = new Uint16Array(TABLE_SIZE);
  readonly #rareClasses = new Map<number, number>();
  readonly #classCount: number;
  readonly #next: Uint16Array | Uint32Array;
  /** By state: literals that end there, or undefined; shorter ones that end there too are in it. */
  readonly #found: readonly (readonly number[] | undefined)[];

  /** `numbers` are those of the literals; an empty literal is in every text and is not taken. */
  constructor(literals: readonly string[], numbers: readonly number[]) {
    this.#classCount = this.#classify(literals);
    const trie = this.#buildTrie(literals, numbers);
    const states = trie.next.length;
    const size = states * this.#classCount;
    this.#next = states < 0x10000 ? new Uint16Array(size) : new Uint32Array(size);
    this.#found = this.#link(trie);
  }

  /** Number of states, for those who ask what it costs. */
  get states(): number {
    return this.#next.length / this.#classCount;
  }

  find(text: string, onFound: OnFound): void {
    const next = this.#next;
    const found = this.#found;
    const classes = this.#classes;
    const classCount = this.#classCount;
    let state = ROOT;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const kind = unit < TABLE_SIZE ? classes[unit] : (this.#rareClasses.get(unit) ?? OTHER);
      state = next[state * classCount + (kind ?? OTHER)] ?? ROOT;
      const here = found[state];
      if (here !== undefined) for (const literal of here) onFound(literal);
    }
  }

  #classify(literals: readonly string[]): number {
    let count = OTHER + 1;
    for (const literal of literals) {
      for (let at = 0; at < literal.length; at += 1) {
        const unit = literal.charCodeAt(at);
        if (this.#classOf(unit) !== OTHER) continue;
        if (unit < TABLE_SIZE) this.#classes[unit] = count;
        else this.#rareClasses.set(unit, count);
        count += 1;
      }
    }
    return count;
  }

  #classOf(unit: number): number {
    const kind = unit < TABLE_SIZE ? this.#classes[unit] : this.#rareClasses.get(unit);
    return kind ?? OTHER;
  }

  #buildTrie(literals: readonly string[], numbers: readonly number[]): Trie {
    const trie: Trie = { next: [new Map()], ends: [[]] };
    for (const [at, literal] of literals.entries()) {
      if (literal === '') continue;
      let state = ROOT;
      for (let unit = 0; unit < literal.length; unit += 1) {
        state = step(trie, state, this.#classOf(literal.charCodeAt(unit)));
      }
      trie.ends[state]?.push(numbers[at] ?? at);
    }
    return trie;
  }

  /** Fills the table breadth first, so that the state a failure leads to is complete before. */
  #link(trie: Trie): readonly (readonly number[] | undefined)[] {
    const width = this.#classCount;
    const failure = new Uint32Array(trie.next.length);
    const found: (readonly number[] | undefined)[] = trie.next.map(() => undefined);
    const queue = [ROOT];
    for (const state of queue) {
      found[state] = joinEnds(
        trie.ends[state] ?? [],
        state === ROOT ? undefined : found[failure[state] ?? ROOT],
      );
      const fallback = (failure[state] ?? ROOT) * width;
      if (state !== ROOT) this.#next.copyWithin(state * width, fallback, fallback + width);
      for (const [kind, child] of trie.next[state] ?? []) {
        failure[child] = state === ROOT ? ROOT : (this.#next[fallback + kind] ?? ROOT);
        this.#next[state * width + kind] = child;
        queue.push(child);
      }
    }
    return found;
  }
}

function joinEnds(
  own: readonly number[],
  shorter: readonly number[] | undefined,
): readonly number[] | undefined {
  if (own.length === 0) return shorter;
  return shorter === undefined ? own : [...own, ...shorter];
}

function step(trie: Trie, state: number, kind: number): number {
  const known = trie.next[state]?.get(kind);
  if (known !== undefined) return known;
  const made = trie.next.length;
  trie.next.push(new Map());
  trie.ends.push([]);
  trie.next[state]?.set(kind, made);
  return made;
}
