/** Kills what carries a mark, until nothing that carries it lives. */
import { setTimeout } from 'node:timers/promises';
import type { ProcessTarget, RespondedProcess } from '../../model/response.ts';
import { bootTimeNs, hasten, ProcessFile } from '../kernel/index.ts';
import { GIVE_WAY_MS } from './give-way.ts';
import type { Pass, VerdictSensor } from './verdict-sensor.ts';

const SIGKILL = 9;

/** A process that waits for a device cannot die before it has its answer. */
const WAIT_NS_MAX = 2_000_000_000n;

/** Looks, a millisecond apart, at whether all have ended, before the next pass over the tasks. */
const LOOKS_MAX = 8;

/** What came of it. */
export interface Killed {
  readonly processes: ReadonlyMap<number, RespondedProcess>;
  /** Those that did not die in time. */
  readonly alive: number;
  /** Threads that could not be marked, so that they are not killed. */
  readonly failed: number;
  /** Threads that are never marked. */
  readonly refused: number;
  /** When the last one was seen to be dead; CLOCK_BOOTTIME ns. */
  readonly endNs: bigint;
}

export interface KillOptions {
  /** Of a tree that a thread is to end too, which is faster: nothing depends on it. */
  readonly root?: ProcessTarget | undefined;
  /** Those that were killed before, to which new ones are added. */
  readonly processes?: Map<number, RespondedProcess>;
}

/**
 * The kernel side is attached, and the id means that they are killed, with all that they fork.
 * Signals go through descriptors, to what carries the mark: never to a pid.
 */
export async function killMarked(
  sensor: VerdictSensor,
  first: Pass,
  { root, processes = new Map() }: KillOptions = {},
): Promise<Killed> {
  const deadlineNs = bootTimeNs() + WAIT_NS_MAX;
  using victims = new Victims(sensor, first.id, root);
  let pass = first;
  let refused = 0;
  for (;;) {
    const marked = sensor.mark(pass, (found) => victims.kill(found));
    const { found, living, failed } = marked;
    refused = Math.max(refused, marked.refused);
    const endNs = bootTimeNs();
    for (const process of found) processes.set(process.tgid, process);
    if (living === 0 || endNs > deadlineNs) {
      return { processes, alive: living, failed, refused, endNs };
    }
    await victims.waitForEnd();
    pass = { ...first, targets: [] };
  }
}

/** Processes that were sent the signal, open, so that it is seen when they end. */
class Victims {
  readonly #sensor: VerdictSensor;
  readonly #id: number;
  readonly #files = new Map<number, ProcessFile>();
  /** Undefined when it was handed over, or there is none. */
  #root: ProcessTarget | undefined;
  #giveWayEndMs = Number.POSITIVE_INFINITY;

  constructor(sensor: VerdictSensor, id: number, root: ProcessTarget | undefined) {
    this.#sensor = sensor;
    this.#id = id;
    this.#root = root;
  }

  /** Those that were not killed before, and stands still for a moment, in which they may end. */
  kill(found: readonly RespondedProcess[]): void {
    if (this.#root !== undefined && found.length > 0) {
      // Those that live on are found again.
      this.#sensor.endTree(this.#root);
      this.#root = undefined;
      return;
    }
    const before = this.#files.size;
    this.#signalAll(found);
    if (this.#files.size > before) this.#giveWay();
  }

  #signalAll(found: readonly RespondedProcess[]): void {
    for (const process of found) {
      const before = this.#files.get(process.tgid);
      if (before?.hasEnded === false) continue;
      before?.close();
      this.#files.delete(process.tgid);
      const file = openMarked(this.#sensor, { process, id: this.#id });
      if (file === undefined) continue;
      this.#files.set(process.tgid, file);
      if (file.signal(SIGKILL)) hasten(process.tgid);
    }
  }

  /** Or for some milliseconds. Looking all the time would take the time that they need to end. */
  async waitForEnd(): Promise<void> {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      await setTimeout(1);
      if ([...this.#files.values()].every(({ hasEnded }) => hasEnded)) return;
    }
  }

  #giveWay(): void {
    this.#giveWayEndMs = Math.min(this.#giveWayEndMs, performance.now() + GIVE_WAY_MS);
    for (const file of this.#files.values()) {
      const leftMs = Math.ceil(this.#giveWayEndMs - performance.now());
      if (leftMs <= 0 || !file.awaitEnd(leftMs)) return;
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.values()) file.close();
  }
}

export interface MarkedSignal {
  readonly process: RespondedProcess;
  readonly id: number;
  readonly signal: number;
}

/**
 * Opens the process, looks whether it is the one that was marked, and only then signals it. The
 * open process when it was; undefined when it has ended and its pid may be another's.
 */
function openMarked(
  sensor: VerdictSensor,
  { process, id }: Omit<MarkedSignal, 'signal'>,
): ProcessFile | undefined {
  const file = ProcessFile.open(process.tgid);
  if (file === undefined || sensor.carries(file, id)) return file;
  file.close();
  return undefined;
}

/** False when the process is gone. Throws ENGINE_PROCESS_FAILED. */
export function signalMarked(sensor: VerdictSensor, marked: MarkedSignal): boolean {
  using file = openMarked(sensor, marked);
  return file?.signal(marked.signal) ?? false;
}
