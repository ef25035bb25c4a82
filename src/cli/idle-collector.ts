/** Gives memory back after a flood: V8 keeps what it once had, for as long as nothing happens. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const INTERVAL_MS = 2000;

/** Records per interval below which a pause of some 30 ms keeps nobody waiting. */
const QUIET_RECORDS_MAX = 2000;

/** Heap above the size after the last collection that is worth one. */
const GROWTH_BYTES_MIN = 8 * 1024 * 1024;

/** The same for an agent that answers: a collection also forgets machine code. */
const GROWTH_BYTES_MIN_READY = 128 * 1024 * 1024;

type Collect = (options: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort';
}) => void;

export interface IdleCollectorOptions {
  /** Total of records so far. */
  received(): number;
  /** Whether somebody may have to be answered at once. */
  readonly isReady: () => boolean;
  /** Called after a collection, to give back what native code has freed. */
  trim(): void;
}

/** Collects when records are few and the heap has grown since the last time. */
export class IdleCollector {
  readonly #options: IdleCollectorOptions;
  readonly #collect: Collect;
  readonly #timer: NodeJS.Timeout;
  #received = 0;
  #heapBytes = 0;

  constructor(options: IdleCollectorOptions) {
    setFlagsFromString('--expose-gc');
    // The flag adds `gc` to contexts made from now on.
    this.#collect = runInNewContext('gc') as Collect;
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const received = this.#options.received();
    const records = received - this.#received;
    this.#received = received;
    if (records > QUIET_RECORDS_MAX) return;
    const growth = this.#options.isReady() ? GROWTH_BYTES_MIN_READY : GROWTH_BYTES_MIN;
    if (process.memoryUsage().heapTotal < this.#heapBytes + growth) return;
    // Other kinds of collection keep the freed pages in a pool of the process.
    this.#collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    this.#options.trim();
    this.#heapBytes = process.memoryUsage().heapTotal;
  }
}
