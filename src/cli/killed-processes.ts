/** Whom the kernel killed where a rule would have found them, by what records tell of it. */
import type { Event, HookEvent } from '../model/event.ts';
import type { ProcessTarget } from '../model/response.ts';
import { isOfSource } from '../rules/detection/sources/of-source.ts';

/** Kills of the last moment; what came of older ones was told. */
const KILLED_MAX = 4096;

/** Times are CLOCK_BOOTTIME ns. */
interface Kill {
  /** Of the first event that the process did not live on after. */
  readonly sinceNs: bigint;
  /** Undefined while no record says so. */
  endNs: bigint | undefined;
}

/** One for an agent. */
export class KilledProcesses {
  /** Oldest first. */
  readonly #kills = new Map<string, Kill>();

  /** Takes in what a batch tells, before anybody asks. */
  see(batch: readonly Event[]): void {
    for (const event of batch) {
      if ('action' in event) {
        const { action, outcome } = event;
        if (action === 'Sigkill' && outcome.signalled && isOfSource(event)) this.#add(event);
      } else if (event.kind === 'process_exit') {
        const kill = this.#kills.get(keyOf(event.process));
        if (kill !== undefined) kill.endNs = event.timeNs;
      }
    }
  }

  /** Whether the kernel killed it at this event, or before. */
  has(process: ProcessTarget, causeTimeNs: bigint): boolean {
    const kill = this.#kills.get(keyOf(process));
    return kill !== undefined && kill.sinceNs <= causeTimeNs;
  }

  /** Undefined when it was not killed, or its end was not told yet. */
  endOf(process: ProcessTarget): bigint | undefined {
    return this.#kills.get(keyOf(process))?.endNs;
  }

  #add(event: HookEvent): void {
    const key = keyOf(event.process);
    if (this.#kills.has(key)) return;
    this.#kills.set(key, { sinceNs: sinceOf(event), endNs: undefined });
    const [oldest] = this.#kills.keys();
    if (this.#kills.size > KILLED_MAX && oldest !== undefined) this.#kills.delete(oldest);
  }
}

/** Executions, at a tracepoint, are told by another record, which is the first of the image. */
function sinceOf({ kind, process, timeNs }: HookEvent): bigint {
  return kind === 'process_tracepoint' ? process.imageTimeNs : timeNs;
}

function keyOf({ tgid, startNs }: ProcessTarget): string {
  return `${tgid} ${startNs}`;
}
