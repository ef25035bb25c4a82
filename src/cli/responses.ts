/** Responses of a running agent: the responder with what it needs, and what people ask of it. */
import { setPriority } from 'node:os';
import {
  type BaseSensor,
  bootTimeNs,
  type Pipeline,
  type ProcessTable,
  Responder,
  ResponseError,
  VerdictSensor,
  WayGiver,
} from '../engine/index.ts';
import type { KernelReport } from '../model/capability.ts';
import type { BootClock } from '../model/clock.ts';
import type { Logger } from '../model/log.ts';
import type {
  ProcessTarget,
  Quarantine,
  QuarantineOrder,
  QuarantineTarget,
  ResponseApi,
  ResponseHandler,
  ResponseRequest,
  ResponseResult,
} from '../model/response.ts';
import type { Persistence } from './persistence/persistence.ts';

export interface ResponsesOptions {
  readonly objectDirectory: string;
  readonly base: BaseSensor;
  readonly processes: ProcessTable;
  readonly pipeline: Pipeline;
  readonly kernel: KernelReport;
  readonly clock: BootClock;
  readonly persistence: Persistence | undefined;
  readonly logger: Logger;
}

/** Of an agent that answers: above what it may have to end, below what keeps a machine going. */
const ARMED_PRIORITY = -10;

/** Of the first process of the machine. */
const FIRST_PID = 1;

/** One for an agent. */
export class Responses implements ResponseApi, ResponseHandler {
  readonly #base: BaseSensor;
  readonly #responder: Responder;
  readonly #processes: ProcessTable;
  readonly #wayGiver = new WayGiver();
  #isArmed = false;

  /** Goes on with the quarantines of an earlier agent. Throws a CodedError. */
  constructor(options: ResponsesOptions) {
    const { base, processes, pipeline, kernel, clock, persistence } = options;
    const { objectDirectory, logger } = options;
    const lsm = kernel.capabilities.find(({ name }) => name === 'lsm');
    const canDeny = lsm?.available === true;
    this.#base = base;
    this.#processes = processes;
    this.#responder = new Responder({
      sensor: new VerdictSensor({
        ...{ objectDirectory, logger, canDeny },
        shared: base.maps,
        pinDirectory: persistence?.responsePins,
      }),
      denialObstacle: canDeny ? undefined : `BPF LSM ${lsm?.detail ?? 'was not looked for'}`,
      saved: persistence?.savedQuarantines() ?? [],
      save: (all) => persistence?.saveQuarantines(all),
      toIso: (timeNs) => clock.toIso(timeNs),
      catchUp: () => pipeline.drain(),
      descendantsOf: (process) => processes.descendants(process),
    });
  }

  /** Whether rules may ask for a response at any time. */
  get isArmed(): boolean {
    return this.#isArmed;
  }

  /** Lets a process end that the kernel has signalled, before others are told of it. */
  giveWay(tgid: number): void {
    if (this.#isArmed) this.#wayGiver.giveWay(tgid);
  }

  arm(): void {
    this.#isArmed = true;
    this.#base.wakeAtOnce();
    this.#responder.arm();
    try {
      // Who forks without end takes all the time there is from everybody of the same priority.
      setPriority(ARMED_PRIORITY);
    } catch {
      // Without CAP_SYS_NICE answers may come later, and come.
    }
  }

  respond(request: ResponseRequest): Promise<ResponseResult> {
    return this.#responder.respond(request);
  }

  quarantines(): readonly Quarantine[] {
    return this.#responder.quarantines();
  }

  async quarantine({ target, isTree, ...order }: QuarantineOrder): Promise<ResponseResult> {
    const asked = { kind: 'quarantine', rule: '', causeTimeNs: bootTimeNs(), ...order } as const;
    if (target.kind === 'cgroup') {
      const { cgroupId } = target;
      return this.#responder.respond({ ...asked, scope: 'cgroup', cgroupId });
    }
    const process = this.#findProcess(target);
    return this.#responder.respond({ ...asked, scope: isTree ? 'tree' : 'process', process });
  }

  async release(id: number): Promise<boolean> {
    return this.#responder.release(id);
  }

  /** What is quarantined stays so, where it can be pinned. */
  close(): void {
    this.#responder.close();
  }

  #findProcess(target: Exclude<QuarantineTarget, { kind: 'cgroup' }>): ProcessTarget {
    if (target.kind === 'execId') return readExecId(target.execId);
    // It is refused by its pid, and not every machine shows it.
    if (target.pid === FIRST_PID) return { tgid: FIRST_PID, startNs: 0n };
    const found = this.#processes.running(target.pid);
    if (found !== undefined) return found;
    const message = `no process has the pid ${target.pid}`;
    throw new ResponseError('ENGINE_RESPONSE_INVALID', message);
  }
}

/** An id of a process as events have it: base64 of `node:start_ns:tgid`. */
function readExecId(execId: string): ProcessTarget {
  const text = Buffer.from(execId, 'base64').toString();
  const [, startNs, tgid] = /:(\d{1,19}):(\d{1,10})$/.exec(text) ?? [];
  if (startNs !== undefined && tgid !== undefined) {
    return { tgid: Number(tgid), startNs: BigInt(startNs) };
  }
  throw new ResponseError('ENGINE_RESPONSE_INVALID', 'that is no id of a process (exec_id)');
}
