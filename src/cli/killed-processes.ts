/** Whom the kernel killed where a rule would have found them, by what records tell of it. */
import type { Event } from '../model/event.ts';
import type { ProcessTarget } from '../model/response.ts';
import { isOfSource } from '../rules/detection/sources/of-source.ts';

/** Kills of the last moment; what came of older ones was told. */
const KILLED_MAX = 4096;

/** One for an agent. */
export class KilledProcesses {
  /** When each ended; undefined while no record says so. Oldest first. */
  readonly #ends = new Map<string, bigint | undefined>();

  /** Takes in what a batch tells, before anybody asks. */
  see(batch: readonly Event[]): void {
    for (const event of batch) {
      if ('action' in event) {
        const { action, outcome } = event;
        const isKill = action === 'Sigkill' && outcome.signalled;
        if (isKill && isOfSource(event)) this.#add(keyOf(event.process));
      } else if (event.kind === 'process_exit') {
        const key = keyOf(event.process);
        if (this.#ends.has(key)) this.#ends.set(key, event.timeNs);
      }
    }
  }

  /** Whether the kernel killed it. */
  has(process: ProcessTarget): boolean {
    return this.#ends.has(keyOf(process));
  }

  /** CLOCK_BOOTTIME ns; undefined when it was not killed, or its end was not told yet. */
  endOf(process: ProcessTarget): bigint | undefined {
    return this.#ends.get(keyOf(process));
  }

  #add(key: string): void {
    if (this.#ends.has(key)) return;
    this.#ends.set(key, undefined);
    const [oldest] = this.#ends.keys();
    if (this.#ends.size > KILLED_MAX && oldest !== undefined) this.#ends.delete(oldest);
  }
}

function keyOf({ tgid, startNs }: ProcessTarget): string {
  return `${tgid} ${startNs}`;
}
