/** What the thread of the detectors holds in memory: of the heap, and of buffers outside of it. */
import { getHeapStatistics, type HeapInfo, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from '../../../model/errors.ts';

const BYTES_PER_MB = 1_048_576;

/** Buffers may take more: those that nobody holds any more are collected late. */
const BUFFERS_SHARE = 2;

type HeapUse = Pick<HeapInfo, 'used_heap_size' | 'external_memory'>;

/** What is too much, in a clause; undefined when nothing is. */
export function findExcess(use: HeapUse, memoryMb: number): string | undefined {
  if (use.used_heap_size > memoryMb * BYTES_PER_MB)
    return `the heap takes more than ${memoryMb} MB`;
  const buffersMb = memoryMb * BUFFERS_SHARE;
  const isBelow = use.external_memory <= buffersMb * BYTES_PER_MB;
  return isBelow ? undefined : `buffers take more than ${buffersMb} MB`;
}

/** The same for this thread, without what nobody holds any more. */
export class HeldMemory {
  readonly #limitMb: number;
  readonly #collect: () => void;

  constructor(limitMb: number) {
    this.#limitMb = limitMb;
    // The engine shows its collector to contexts that are made while it is told to.
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
    assert(typeof collect === 'function', 'the engine has a collector');
    this.#collect = (): void => {
      collect();
    };
  }

  findExcess(): string | undefined {
    if (findExcess(getHeapStatistics(), this.#limitMb) === undefined) return undefined;
    this.#collect();
    // Buffers are freed on the side, which the second time waits for.
    this.#collect();
    return findExcess(getHeapStatistics(), this.#limitMb);
  }
}
