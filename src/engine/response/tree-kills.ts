/** Kills of trees that the kernel has begun: a thread of their own ends them. */
import { type BpfMap, TreeKiller } from '../kernel/index.ts';
import { loadResponseObject, MARK, type ResponseObjectOptions } from './response-object.ts';
import { agentParents } from './surroundings.ts';

/** The first process of the machine, which ends with it. */
const FIRST_PID = 1;

export interface TreeKillsOptions extends Omit<ResponseObjectOptions, 'without'> {
  /** Ring of the processes that were killed with all that descends from them. */
  readonly doomed: BpfMap;
  /** Of a response that kills, and is in force. */
  readonly id: number;
}

export class TreeKills {
  readonly #close: () => void;

  /** Throws a KernelError. */
  constructor({ doomed, id, ...options }: TreeKillsOptions) {
    // Passes over the tasks have one row each that says what they are about.
    const object = loadResponseObject({ ...options, without: OTHERS });
    try {
      const killer = new TreeKiller({
        ...{ doomed, id, mark: object.program(MARK) },
        targets: object.map('targets'),
        marking: object.map('marking'),
        verdicts: object.map('verdicts'),
        spared: [process.pid, FIRST_PID, ...agentParents()],
      });
      this.#close = () => {
        killer.close();
        object.close();
      };
    } catch (error) {
      object.close();
      throw error;
    }
  }

  /** Waits for what the thread is in the middle of. Closing twice is fine. */
  close(): void {
    this.#close();
  }
}

/** Attached by the agent's own object. */
const OTHERS: readonly string[] = ['response_fork', 'response_alloc', 'response_call'];
