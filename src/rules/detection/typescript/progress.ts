/** Memory that both threads see: whether the thread of the detectors is in one, and in which. */

const STEP = 0;
const FILE = 1;

/** What the main thread sees. */
export interface ProgressMark {
  /** Another number means that it came back in between. */
  readonly step: number;
  /** Position of the file whose code runs; -1 when none does. */
  readonly file: number;
}

/** Written by the thread, read by the main thread at any time. */
export class Progress {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  /** Code of a file begins to run. */
  enter(file: number): void {
    Atomics.add(this.#cells, STEP, 1);
    Atomics.store(this.#cells, FILE, file + 1);
  }

  /** It came back. */
  leave(): void {
    Atomics.store(this.#cells, FILE, 0);
  }

  read(): ProgressMark {
    return {
      step: Atomics.load(this.#cells, STEP),
      file: Atomics.load(this.#cells, FILE) - 1,
    };
  }
}
