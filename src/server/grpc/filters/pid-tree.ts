/** Processes and all that descend from them, as far as events tell. */
import type { EventView } from '../events/event-view.ts';
import { numberAt, objectAt, objectsAt, textAt } from '../events/read-json.ts';

/** Processes that are followed; the one that was added first is forgotten for one more. */
const FOLLOWED_MAX = 65_536;

/** Has to see every event, so that it knows the children of children. */
export class PidTree {
  readonly #pids: ReadonlySet<number>;
  /** Ids of executions that descend from the pids. */
  readonly #followed = new Set<string>();

  constructor(pids: readonly number[]) {
    this.#pids = new Set(pids);
  }

  /** Whether the process of the event is one of them. */
  see({ kind, body, process }: EventView): boolean {
    if (process === undefined) return false;
    const id = textAt(process, 'exec_id');
    const isOne =
      this.#isRoot(process) ||
      this.#followed.has(id) ||
      this.#followed.has(textAt(process, 'parent_exec_id')) ||
      [objectAt(body, 'parent'), ...objectsAt(body, 'ancestors')].some((one) => this.#isRoot(one));
    if (!isOne || id === '') return isOne;
    if (kind === 'process_exit') this.#followed.delete(id);
    else this.#follow(id);
    return true;
  }

  #isRoot(process: ReturnType<typeof objectAt>): boolean {
    return this.#pids.has(numberAt(process, 'pid') ?? -1);
  }

  #follow(id: string): void {
    this.#followed.add(id);
    if (this.#followed.size <= FOLLOWED_MAX) return;
    const [oldest] = this.#followed;
    if (oldest !== undefined) this.#followed.delete(oldest);
  }
}
