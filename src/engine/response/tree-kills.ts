/** Kills of trees, which a thread of their own ends. */
import { CodedError } from '../../model/errors.ts';
import type { ProcessTarget } from '../../model/response.ts';
import { type BpfObject, TreeKiller } from '../kernel/index.ts';
import { encodeDoomedRow } from '../records/index.ts';
import { loadResponseObject, MARK, type ResponseObjectOptions } from './response-object.ts';
import { agentParents } from './surroundings.ts';

/** The first process of the machine, which ends with it. */
const FIRST_PID = 1;

export interface TreeKillsOptions extends Omit<ResponseObjectOptions, 'without'> {
  /** Of a response that kills, and is in force. */
  readonly id: number;
}

export class TreeKills {
  readonly #object: BpfObject;
  readonly #killer: TreeKiller;

  /** Throws a KernelError. */
  constructor({ id, ...options }: TreeKillsOptions) {
    // Passes over the tasks have one row each that says what they are about.
    const object = loadResponseObject({ ...options, without: OTHERS });
    try {
      this.#killer = new TreeKiller({
        ...{ doomed: options.shared.doomed, id, mark: object.program(MARK) },
        targets: object.map('targets'),
        marking: object.map('marking'),
        verdicts: object.map('verdicts'),
        spared: [process.pid, FIRST_PID, ...agentParents()],
      });
      this.#object = object;
    } catch (error) {
      object.close();
      throw error;
    }
  }

  /** Neither waits nor throws. Nothing happens where too many others are being ended. */
  end({ tgid, startNs }: ProcessTarget): void {
    try {
      this.#object.program(DOOM).testRun({ context: encodeDoomedRow({ tgid, startNs }) });
    } catch (error) {
      // Out of memory, say: who asks does the same after it, if later.
      if (!(error instanceof CodedError)) throw error;
    }
  }

  /** Waits for what the thread is in the middle of. Closing twice is fine. */
  close(): void {
    this.#killer.close();
    this.#object.close();
  }
}

/** Tells the thread of a process, as a hook does that has killed one. */
const DOOM = 'response_doom';

/** Attached by the agent's own object. */
const OTHERS: readonly string[] = ['response_fork', 'response_alloc', 'response_call'];
