/** Machine-wide facts: run time statistics of programs, number of processors. */
import { type NativeHandle, native } from './native.ts';

/** Makes the kernel time every BPF program (about 20 ns per run) until it is closed. */
export class RunTimeStats {
  readonly #handle: NativeHandle<'stats'>;

  /** For enableStats. */
  constructor(handle: NativeHandle<'stats'>) {
    this.#handle = handle;
  }

  /** Closing twice is fine; the last one to close stops the counting. */
  close(): void {
    native().close(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Starts counting runs and run time for BpfProgram.stats; throws ENGINE_STATS_FAILED. */
export function enableStats(): RunTimeStats {
  return new RunTimeStats(native().enableStats());
}

/** Possible CPUs: the number of values in a row of a per-CPU map. */
export function cpuCount(): number {
  return native().cpuCount();
}

/** Nanoseconds from CLOCK_BOOTTIME, which records carry, to the wall clock, as of now. */
export function clockOffsetNs(): bigint {
  return native().clockOffset();
}

/** CLOCK_BOOTTIME in nanoseconds, the time of records. */
export function bootTimeNs(): bigint {
  return native().bootTime();
}

/** Gives memory that native code has freed back to the system; worth it after loading objects. */
export function trimMemory(): void {
  native().trimMemory();
}
