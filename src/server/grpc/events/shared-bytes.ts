/** Memory that all clients of the stream have together. */

/**
 * One client may have what nobody else needs. When all of it is taken, each may still have its
 * share, so that clients who never read cost the others nothing.
 */
export class SharedBytes {
  readonly #max: number;
  readonly #share: number;
  #taken = 0;

  constructor(max: number, share: number) {
    this.#max = max;
    this.#share = share;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Whether a client that has `own` bytes may have so many more. */
  hasRoom(own: number, more: number): boolean {
    return this.#taken + more <= this.#max || own + more <= this.#share;
  }

  take(bytes: number): void {
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}
