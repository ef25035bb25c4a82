/** Perf events of memory mappings: while there is one on a CPU, the kernel looks for build ids. */
import { type NativeHandle, native } from './native.ts';

/** One on each CPU that is online. Nobody reads them; programs know them by the mark. */
export class MappingWatch {
  readonly #mark: number;
  readonly #events = new Map<number, NativeHandle<'perf_event'>>();

  /** `mark`: a whole number up to 2^53. */
  constructor(mark: number) {
    this.#mark = mark;
  }

  /** Takes up CPUs that came, and lets go of those that went. Throws ENGINE_ATTACH_FAILED. */
  follow(online: readonly number[]): void {
    for (const [cpu, event] of this.#events) {
      if (online.includes(cpu)) continue;
      native().close(event);
      this.#events.delete(cpu);
    }
    for (const cpu of online) {
      if (this.#events.has(cpu)) continue;
      const event = native().watchMappings(cpu, this.#mark);
      // It may have gone since the list was made.
      if (event !== undefined) this.#events.set(cpu, event);
    }
  }

  /** Closing twice is fine. */
  close(): void {
    for (const event of this.#events.values()) native().close(event);
    this.#events.clear();
  }
}
