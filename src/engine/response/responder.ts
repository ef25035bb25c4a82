/** Carries out responses: kill, quarantine, signal. */
import { setTimeout as wait } from 'node:timers/promises';
import type {
  ProcessTarget,
  Quarantine,
  ResponseHandler,
  ResponseRequest,
  ResponseResult,
} from '../../model/response.ts';
import { bootTimeNs } from '../kernel/index.ts';
import { MARKING_SCOPE, RESPONSES_MAX, TARGETS_MAX, VERDICT_KIND } from '../records/index.ts';
import { checkRequest, protectedTarget } from './check-request.ts';
import { ResponseError } from './errors.ts';
import { type Killed, killMarked, signalMarked } from './kill.ts';
import { QuarantineList, type QuarantineListOptions } from './quarantine-list.ts';
import { Report } from './report.ts';
import { readSurroundings } from './surroundings.ts';
import type { Marked, Pass, VerdictSensor } from './verdict-sensor.ts';

/** How long a kill stays in force after all seem dead, for a fork that was on its way. */
const LINGER_MS = 1000;

/** Rounds of reading records and killing whom they name. */
const ROUNDS_MAX = 16;

/** How long the end of a process is waited for that was sent a signal. */
const SIGNAL_WAIT_MS = 50;

const SIGKILL = 9;

const SCOPES = {
  process: MARKING_SCOPE.PROCESS,
  tree: MARKING_SCOPE.TREE,
  cgroup: MARKING_SCOPE.CGROUP,
} as const;

export interface ResponderOptions extends Omit<QuarantineListOptions, 'sensor'> {
  readonly sensor: VerdictSensor;
  /** Why LSM programs do not deny on this kernel; undefined when they do. */
  readonly denialObstacle: string | undefined;
  /** Takes in what records tell, so that descendantsOf knows it. */
  readonly catchUp: () => void;
  /** Keys of all processes that descend from one, dead ones too. */
  readonly descendantsOf: (process: ProcessTarget) => readonly ProcessTarget[];
}

/** One for an agent. Responses run beside each other; none waits for one that waits. */
export class Responder implements ResponseHandler {
  readonly #options: ResponderOptions;
  readonly #sensor: VerdictSensor;
  readonly #list: QuarantineList;
  /** Kills in force, by their ids, and the timers that end them. */
  readonly #kills = new Map<number, NodeJS.Timeout | undefined>();
  /** What the thread ends trees under. */
  #treeKillId: number | undefined;
  #isArmed = false;
  #isClosed = false;

  /** Goes on with the quarantines that are in force. Throws a CodedError. */
  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#sensor = options.sensor;
    this.#list = new QuarantineList(options);
    this.#attach();
  }

  /** What a kill attaches stays attached, and what it runs has run once. Throws KernelError. */
  arm(): void {
    if (this.#treeKillId !== undefined) return;
    const id = this.#sensor.nextId();
    this.#isArmed = true;
    try {
      this.#attach();
      this.#begin(id, VERDICT_KIND.KILL);
      this.#sensor.endTrees(id);
    } catch (error) {
      this.#isArmed = false;
      this.#sensor.release(id);
      throw error;
    }
    this.#treeKillId = id;
    this.#sensor.mark({ id: this.#sensor.nextId(), scope: MARKING_SCOPE.NONE });
  }

  /** Throws, as a rejection, ENGINE_RESPONSE_* and what the kernel refuses. */
  async respond(request: ResponseRequest): Promise<ResponseResult> {
    // Rules ask in the middle of a batch of records. Kills begin at once, and take in more records
    // after they have waited; the others do so at once.
    if (request.kind !== 'kill') await Promise.resolve();
    if (this.#isClosed) throw new ResponseError('ENGINE_RESPONSE_INVALID', 'the agent is closing');
    checkRequest(request, readSurroundings(request.process?.tgid));
    const report = new Report(request);
    if (request.kind === 'quarantine') {
      const { denialObstacle } = this.#options;
      if (denialObstacle !== undefined) {
        return report.failed(`this kernel denies nothing to processes: ${denialObstacle}`);
      }
    }
    if (request.isDryRun) return this.#rehearse(request, report);
    switch (request.kind) {
      case 'kill':
        return this.#kill(request, report);
      case 'signal':
        return request.signal === SIGKILL
          ? this.#kill(request, report)
          : this.#signal(request, report);
      case 'quarantine':
        return this.#quarantine(request, report);
    }
  }

  /** Quarantines in force, oldest first. */
  quarantines(): readonly Quarantine[] {
    return this.#list.all();
  }

  /** Takes a quarantine out of force. False when there is none of that id. */
  release(id: number): boolean {
    if (!this.#list.remove(id)) return false;
    this.#attach();
    return true;
  }

  /** Ends what is in force, but for quarantines that are pinned. Closing twice is fine. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const [id, timer] of this.#kills) {
      clearTimeout(timer);
      this.#sensor.release(id);
    }
    // What the thread is in the middle of is done while its marks still mean something.
    this.#sensor.stopEndingTrees();
    if (this.#treeKillId !== undefined) this.#sensor.release(this.#treeKillId);
    this.#sensor.close();
  }

  /** Marks with an id that stays without meaning. */
  #rehearse(request: ResponseRequest, report: Report): ResponseResult {
    const marked = this.#mark(request, this.#sensor.nextId());
    return marked.found.length === 0 ? report.gone() : report.rehearsed(marked.found);
  }

  async #kill(request: ResponseRequest, report: Report): Promise<ResponseResult> {
    const id = this.#sensor.nextId();
    this.#begin(id, VERDICT_KIND.KILL);
    this.#kills.set(id, undefined);
    try {
      this.#attach();
      const killed = await this.#killAll(request, id);
      const { processes, alive, failed, endNs } = killed;
      if (processes.size === 0) return report.gone();
      const found = [...processes.values()];
      if (alive > 0) return report.failed(`${alive} processes are not dead yet`, found);
      if (failed > 0) return report.failed(`${failed} threads could not be marked`, found);
      return report.done('killed_after', found, endNs);
    } finally {
      this.#linger(request, id);
    }
  }

  /** Until records name nobody new: some were perhaps orphaned before the first pass. */
  async #killAll(request: ResponseRequest, id: number): Promise<Killed> {
    const root = request.scope === 'tree' ? request.process : undefined;
    let killed = await killMarked(this.#sensor, this.#passOf(request, id), { root });
    if (killed.processes.size === 0 && killed.refused > 0) throw kernelThread();
    const rounds = request.scope === 'tree' ? ROUNDS_MAX : 0;
    for (let round = 0; round < rounds && killed.alive === 0; round++) {
      this.#options.catchUp();
      const { processes } = killed;
      const pass = this.#passOf(request, id);
      const next = await killMarked(this.#sensor, pass, { processes: new Map(processes) });
      if (next.processes.size === processes.size) break;
      killed = next;
    }
    return killed;
  }

  #linger({ scope }: ResponseRequest, id: number): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => {
      const pass = { id, scope: scope === 'tree' ? MARKING_SCOPE.TREE : MARKING_SCOPE.PROCESS };
      void killMarked(this.#sensor, pass)
        .catch(() => undefined)
        .then(() => this.#end(id));
    }, LINGER_MS);
    timer.unref();
    this.#kills.set(id, timer);
  }

  #end(id: number): void {
    if (this.#isClosed) return;
    this.#kills.delete(id);
    this.#sensor.release(id);
    this.#attach();
  }

  async #signal(request: ResponseRequest, report: Report): Promise<ResponseResult> {
    const { signal = 0 } = request;
    const id = this.#sensor.nextId();
    const [process] = this.#mark(request, id).found;
    if (process === undefined) return report.gone();
    if (!signalMarked(this.#sensor, { process, id, signal })) return report.gone();
    await wait(SIGNAL_WAIT_MS);
    const { living } = this.#sensor.mark({ id, scope: MARKING_SCOPE.NONE });
    if (living === 0) return report.done('killed_after', [process], bootTimeNs());
    return report.failed(`signal ${signal} was sent, and the process goes on`, [process]);
  }

  #quarantine(request: ResponseRequest, report: Report): ResponseResult {
    const { scope, process, cgroupId, rule, reason } = request;
    const id = this.#sensor.nextId();
    // Without meaning yet: who it is about, and whether there is anybody.
    const listed = this.#mark(request, id).found;
    if (listed.length === 0) return report.gone();
    this.#begin(id, VERDICT_KIND.QUARANTINE);
    try {
      this.#list.add(id);
      this.#attach();
      if (cgroupId !== undefined) this.#sensor.enforceOn(cgroupId, id);
      else {
        const { found, failed } = this.#markKnown(request, id);
        if (found.length === 0 || failed > 0) {
          this.release(id);
          return failed > 0
            ? report.failed(`${failed} threads could not be marked`)
            : report.gone();
        }
      }
      const endNs = bootTimeNs();
      const known = { id, scope, process, cgroupId, rule, reason, processes: listed.length };
      this.#list.describe(known);
      return { ...report.done('denied', listed, endNs), id };
    } catch (error) {
      this.release(id);
      throw error;
    }
  }

  /** As mark, and once more with what records tell of meanwhile. */
  #markKnown(request: ResponseRequest, id: number): Marked {
    const first = this.#mark(request, id);
    if (request.scope !== 'tree') return first;
    this.#options.catchUp();
    return this.#mark(request, id);
  }

  #mark(request: ResponseRequest, id: number): Marked {
    const marked = this.#sensor.mark(this.#passOf(request, id));
    if (marked.found.length === 0 && marked.refused > 0) throw kernelThread();
    return marked;
  }

  #passOf({ scope, process, cgroupId }: ResponseRequest, id: number): Pass {
    if (process === undefined) return { id, scope: SCOPES[scope], cgroupId };
    const known = scope === 'tree' ? this.#options.descendantsOf(process) : [];
    // The target last: its pid may also be that of one of its descendants, which ended.
    const targets = [...known.slice(0, TARGETS_MAX - 1), process];
    return { id, scope: SCOPES[scope], targets };
  }

  #begin(id: number, kind: number): void {
    const trees = this.#treeKillId === undefined ? 0 : 1;
    if (this.#kills.size + this.#list.size + trees >= RESPONSES_MAX - 1) {
      const message = `${RESPONSES_MAX - 1} responses are in force already`;
      throw new ResponseError('ENGINE_RESPONSE_FULL', message);
    }
    this.#sensor.enforce(id, kind);
  }

  #attach(): void {
    const [kill, quarantine] = [this.#kills.size > 0, this.#list.size > 0];
    this.#sensor.attach({ kill, quarantine, isArmed: this.#isArmed });
  }
}

function kernelThread(): ResponseError {
  return protectedTarget('it is a thread of the kernel');
}
