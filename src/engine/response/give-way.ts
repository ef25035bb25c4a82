/** Gives the CPU to who is about to end. */
import { constants, setPriority } from 'node:os';
import { CodedError } from '../../model/errors.ts';
import { ProcessFile } from '../kernel/index.ts';

/** How long this thread stands still for a kill, in all, so that the dying have its CPU. */
export const GIVE_WAY_MS = 4;

/** The same where the kernel has killed already: no more than what a ring holds of a flood. */
const KILLED_MS = 20;

/** How long nobody is waited for after one did not end: its signal was perhaps none that ends. */
const REST_MS = 1000;

/**
 * Who is sent SIGKILL needs a CPU to end, for which it competes with everybody, as Android's lmkd
 * knows: woken with this priority, it ends at once. The process was just looked at, and the kernel
 * gives no pid again before all others: it is still the one that is meant.
 */
export function hasten(tgid: number): void {
  try {
    setPriority(tgid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // It has ended already, or the agent may not.
  }
}

/**
 * The kernel signals a process where it is seen, and the record of that wakes the agent, which has
 * the higher priority: on a machine with one free CPU the process would have to wait until it is
 * reported before it can die.
 */
export class WayGiver {
  readonly #clock: () => number;
  #restsUntilMs = Number.NEGATIVE_INFINITY;

  /** `clock` counts milliseconds. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Stands still until the process has ended, for a moment at most. */
  giveWay(tgid: number): void {
    if (this.#clock() < this.#restsUntilMs) return;
    if (!endsSoon(tgid)) this.#restsUntilMs = this.#clock() + REST_MS;
  }
}

function endsSoon(tgid: number): boolean {
  try {
    using file = ProcessFile.open(tgid);
    if (file === undefined) return true;
    hasten(tgid);
    return file.awaitEnd(KILLED_MS);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return false;
  }
}
