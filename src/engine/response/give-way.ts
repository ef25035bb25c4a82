/** Gives the CPU to who is about to end. */
import { CodedError } from '../../model/errors.ts';
import { hasten, ProcessFile } from '../kernel/index.ts';
import { isDying } from './dying.ts';

/** How long this thread stands still for a kill, in all, so that the dying have its CPU. */
export const GIVE_WAY_MS = 4;

/** The same where the kernel has killed already: no more than what a ring holds of a flood. */
const KILLED_MS = 20;

/** How long nobody is waited for after one did not end: it waits for a device, perhaps. */
const REST_MS = 1000;

/**
 * The kernel signals a process where it is seen, and the record of that wakes the agent, which has
 * the higher priority: on a machine with one free CPU the process would have to wait until it is
 * reported before it can die.
 */
export class WayGiver {
  readonly #clock: () => number;
  readonly #isDying: (pid: number) => boolean;
  #restsUntilMs = Number.NEGATIVE_INFINITY;

  /** `clock` counts milliseconds. */
  constructor(
    clock: () => number = () => performance.now(),
    mayGoFirst: (pid: number) => boolean = isDying,
  ) {
    this.#clock = clock;
    this.#isDying = mayGoFirst;
  }

  /**
   * Stands still until the process has ended, for a moment at most. Does nothing for one that lives
   * on: not every signal ends, and the record may be older than who has the pid now. It would keep
   * a priority that starves others.
   */
  giveWay(tgid: number): void {
    if (this.#clock() < this.#restsUntilMs || !this.#isDying(tgid)) return;
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
