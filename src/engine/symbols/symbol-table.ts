/** Functions by address, packed: a kernel has a hundred thousand. */

/** A function that is to be put into a table. */
export interface SymbolEntry {
  /** Exact up to 2^53. */
  readonly address: number;
  /** Bytes; 0 when they are not known: then it reaches to the following one. */
  readonly size: number;
  readonly name: string;
}

export interface SymbolMatch {
  /** Position in the table. */
  readonly place: number;
  readonly name: string;
  readonly offset: number;
}

/** Answers which function an address is in. */
export class SymbolTable {
  readonly #starts: Float64Array;
  readonly #sizes: Uint32Array;
  readonly #nameEnds: Uint32Array;
  readonly #names: Buffer;

  /** Of several names of one address the first counts. */
  constructor(entries: readonly SymbolEntry[]) {
    const sorted = entries.toSorted((a, b) => a.address - b.address);
    const unique = sorted.filter(({ address }, at) => sorted[at - 1]?.address !== address);
    this.#starts = Float64Array.from(unique, ({ address }) => address);
    this.#sizes = Uint32Array.from(unique, ({ size }) => Math.min(size, 0xffff_ffff));
    this.#names = Buffer.from(unique.map(({ name }) => name).join(''));
    let end = 0;
    this.#nameEnds = Uint32Array.from(unique, ({ name }) => (end += Buffer.byteLength(name)));
  }

  get size(): number {
    return this.#starts.length;
  }

  /** Undefined before the first function, and past the end of one whose size is known. */
  find(address: number): SymbolMatch | undefined {
    const place = this.#lastUpTo(address);
    const start = this.#starts[place];
    if (start === undefined) return undefined;
    const offset = address - start;
    const size = this.#sizes[place] ?? 0;
    if (size !== 0 && offset >= size) return undefined;
    return { place, offset, name: this.#nameAt(place) };
  }

  #nameAt(place: number): string {
    return this.#names.toString('utf8', this.#nameEnds[place - 1] ?? 0, this.#nameEnds[place]);
  }

  #lastUpTo(address: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
