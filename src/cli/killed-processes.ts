/** Who was killed of late, and whom the kernel killed where a rule would have found them. */
import type { Event, HookEvent } from '../model/event.ts';
import type { ProcessTarget } from '../model/response.ts';
import { isOfSource } from '../rules/detection/sources/of-source.ts';

/** Of the last moment; what came of older ones was told. */
const KILLED_MAX = 4096;

const SIGKILL = 9;

/** One for an agent. */
export class KilledProcesses {
  /** Of whom the kernel killed, the first event that it did not live on after. Oldest first. */
  readonly #sinceNs = new Map<string, bigint>();
  /** When whoever was killed had ended. Oldest first. */
  readonly #endNs = new Map<string, bigint>();

  /** Takes in what a batch tells, before anybody asks. */
  see(batch: readonly Event[]): void {
    for (const event of batch) {
      if ('action' in event) {
        const { action, outcome } = event;
        const isKill = action === 'Sigkill' && outcome.signalled && isOfSource(event);
        if (isKill) remember(this.#sinceNs, keyOf(event.process), sinceOf(event));
      } else if (event.kind === 'process_exit' && event.signal === SIGKILL) {
        remember(this.#endNs, keyOf(event.process), event.timeNs);
      }
    }
  }

  /** Whether the kernel killed it at this event, or before. */
  has(process: ProcessTarget, causeTimeNs: bigint): boolean {
    const sinceNs = this.#sinceNs.get(keyOf(process));
    return sinceNs !== undefined && sinceNs <= causeTimeNs;
  }

  /** CLOCK_BOOTTIME ns; undefined when it was not killed, or its end was not told yet. */
  endOf(process: ProcessTarget): bigint | undefined {
    return this.#endNs.get(keyOf(process));
  }
}

/** What was said first stays. */
function remember(times: Map<string, bigint>, key: string, timeNs: bigint): void {
  if (times.has(key)) return;
  times.set(key, timeNs);
  const [oldest] = times.keys();
  if (times.size > KILLED_MAX && oldest !== undefined) times.delete(oldest);
}

/** Executions, at a tracepoint, are told by another record, which is the first of the image. */
function sinceOf({ kind, process, timeNs }: HookEvent): bigint {
  return kind === 'process_tracepoint' ? process.imageTimeNs : timeNs;
}

function keyOf({ tgid, startNs }: ProcessTarget): string {
  return `${tgid} ${startNs}`;
}
