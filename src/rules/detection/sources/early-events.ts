/**
 * Events of a process image whose exec record is still to come: the kernel gives a process its new
 * credentials and maps its file before it says that the process was executed.
 */
import type { Event, Process } from '../../../model/event.ts';

/** Events that wait at once; the first one goes on as it is when there are more. */
const WAITING_MAX = 256;

/** Execs take less; after that the record was lost. */
const WAIT_NS_MAX = 1_000_000_000n;

/** Events keep their order, but for those that have to come after the exec of their process. */
export class EarlyEvents {
  #waiting: Event[] = [];

  /** The batch, with what waited for something in it, and without what begins to wait. */
  order(batch: readonly Event[]): readonly Event[] {
    if (this.#waiting.length === 0 && !batch.some(isEarly)) return batch;
    const ordered: Event[] = [];
    for (const event of batch) {
      ordered.push(...this.#expired(event.timeNs));
      if (isEarly(event)) {
        this.#waiting.push(event);
        if (this.#waiting.length > WAITING_MAX) ordered.push(...this.#waiting.splice(0, 1));
        continue;
      }
      ordered.push(event);
      if (event.kind === 'process_exec') ordered.push(...this.#of(event.process));
    }
    return ordered;
  }

  /** What still waits, for the end. */
  flush(): readonly Event[] {
    return this.#waiting.splice(0);
  }

  #of(process: Process): readonly Event[] {
    const isOwn = (event: Event): boolean => isSame(event.process, process);
    const own = this.#waiting.filter(isOwn).map((event) => ({ ...event, process }));
    if (own.length > 0) this.#waiting = this.#waiting.filter((event) => !isOwn(event));
    return own;
  }

  #expired(nowNs: bigint): readonly Event[] {
    const isLate = (event: Event): boolean => nowNs - event.timeNs > WAIT_NS_MAX;
    const late = this.#waiting.filter(isLate);
    if (late.length > 0) this.#waiting = this.#waiting.filter((event) => !isLate(event));
    return late;
  }
}

function isEarly({ kind, process }: Event): boolean {
  return process.flags.unknown && kind !== 'process_exec' && kind !== 'process_exit';
}

function isSame(a: Process, b: Process): boolean {
  return a.tgid === b.tgid && a.startNs === b.startNs;
}
