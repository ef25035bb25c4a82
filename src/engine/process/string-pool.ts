/** Makes equal strings one string, so that a thousand shells share one `/usr/bin/bash`. */

/** Longer strings are seldom repeated and not worth their place. */
const POOLED_LENGTH_MAX = 512;

/**
 * A bounded pool of strings in two generations: when the young one is full it becomes the old
 * one, and what was not asked for since is forgotten. Holds at most twice `generationSize`.
 */
export class StringPool {
  readonly #generationSize: number;
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  constructor(generationSize: number) {
    this.#generationSize = generationSize;
  }

  /** The first string equal to `text` that the pool still has, else `text` itself. */
  share(text: string): string {
    if (text.length > POOLED_LENGTH_MAX) return text;
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const kept = this.#old.get(text) ?? text;
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(kept, kept);
    return kept;
  }

  /** Number of strings held, for tests and memory accounting. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
