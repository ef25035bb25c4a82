/** Answers findings as their rules say, beside the events, and tells what came of each answer. */
import { basename } from 'node:path';
import { type ProcessTable, podCgroupOf } from '../engine/index.ts';
import { type ResponseContext, toJsonFinding, toJsonResponse } from '../exporters/index.ts';
import type { DetectionEvent } from '../model/detection-event.ts';
import { CodedError } from '../model/errors.ts';
import type { Finding, FindingResponse, RuleResponse } from '../model/finding.ts';
import type { Logger } from '../model/log.ts';
import type {
  ProcessTarget,
  Quarantine,
  RespondedProcess,
  ResponseHandler,
  ResponseRequest,
  ResponseResult,
} from '../model/response.ts';
import type { ResponseStats } from '../model/stats.ts';
import type { KilledProcesses } from './killed-processes.ts';

/** A rule that fires for everything must not fill the memory with answers. */
const PENDING_MAX = 256;

/** How long a webhook may take. */
const WEBHOOK_MS_MAX = 10_000;

/** Processes that an outcome names. */
const FOUND_MAX = 64;

const NOTHING = { processes: 0, found: [], latencyNs: 0n } as const;

export interface RuleResponsesOptions extends ResponseContext {
  readonly handler: ResponseHandler;
  readonly quarantines: () => readonly Quarantine[];
  /** Who was killed already, and by whom. */
  readonly killed: Pick<KilledProcesses, 'has' | 'endOf'>;
  readonly processes: Pick<ProcessTable, 'descendants'>;
  readonly logger: Logger;
  /** Takes one line of JSON without a line end. */
  readonly onLine: (line: string) => void;
}

/** Everything that an outcome says besides whose it is. */
type Outcome = Pick<FindingResponse, 'outcome' | 'reason'> &
  Partial<Pick<FindingResponse, 'processes' | 'found' | 'latencyNs' | 'quarantine'>>;

export class RuleResponses {
  readonly #options: RuleResponsesOptions;
  /** What is under way: by what is done and to whom. */
  readonly #pending = new Set<string>();
  readonly #counts = { enforced: 0, notEnforced: 0, dryRuns: 0, repeated: 0 };

  constructor(options: RuleResponsesOptions) {
    this.#options = options;
  }

  /**
   * Neither waits nor throws. Says whether something is told of it: nothing is where the rule asks
   * for nothing, and where the same is being done already. Of a finding that was too many
   * (`isExcess`), what cannot be done is only counted.
   */
  answer(finding: Finding, isExcess = false): boolean {
    const { respond } = finding.rule;
    const event = finding.evidence.at(-1);
    if (respond === undefined || event === undefined) return false;
    if (this.#pending.size >= PENDING_MAX) {
      return this.#refuse(finding, isExcess, `${PENDING_MAX} responses are under way already`);
    }
    const carried = respond.kind === 'webhook' ? finding.id : this.#requestOf(finding, event);
    if (carried === undefined) {
      return this.#refuse(finding, isExcess, 'the process is in no container');
    }
    const key = keyOf(respond, carried);
    if (
      this.#pending.has(key) ||
      (typeof carried !== 'string' && this.#isQuarantined(carried, event))
    ) {
      this.#counts.repeated += 1;
      return false;
    }
    this.#pending.add(key);
    void this.#carryOut(finding, respond, carried)
      .then((outcome) => this.#tell(finding, respond, outcome))
      .catch((error: unknown) => {
        this.#options.logger.error({ error }, 'a response was not reported');
      })
      .finally(() => this.#pending.delete(key));
    return true;
  }

  stats(): ResponseStats {
    return { ...this.#counts, pending: this.#pending.size };
  }

  /** What is to be done; undefined when there is nobody to do it to. */
  #requestOf(finding: Finding, event: DetectionEvent): ResponseRequest | undefined {
    const { rule, timeNs, message } = finding;
    const { kind = 'signal', signal, isDryRun = false } = rule.respond ?? {};
    const { tgid, startNs } = event.process;
    const process = { tgid, startNs };
    const common = { causeTimeNs: timeNs, isDryRun, rule: rule.id, reason: message };
    switch (kind) {
      case 'kill_process':
        return { ...common, kind: 'kill', scope: 'process', process };
      case 'kill_tree':
        return { ...common, kind: 'kill', scope: 'tree', process };
      case 'quarantine_process':
        return { ...common, kind: 'quarantine', scope: 'process', process };
      case 'quarantine_tree':
        return { ...common, kind: 'quarantine', scope: 'tree', process };
      case 'quarantine_pod': {
        const cgroupId = podCgroupId(event);
        if (cgroupId === undefined) return undefined;
        return { ...common, kind: 'quarantine', scope: 'cgroup', cgroupId };
      }
      default:
        return { ...common, kind: 'signal', scope: 'process', process, signal };
    }
  }

  /** What descends from a tree that is held is held with it, however it forks. */
  #isQuarantined(request: ResponseRequest, { ancestors }: DetectionEvent): boolean {
    if (request.kind !== 'quarantine' || request.isDryRun) return false;
    const { scope, cgroupId, process } = request;
    return this.#options.quarantines().some((each) => {
      if (each.cgroupId !== undefined || cgroupId !== undefined) return each.cgroupId === cgroupId;
      if (each.scope === scope && isSame(each.process, process)) return true;
      return (
        each.scope === 'tree' && [process, ...ancestors].some((one) => isSame(each.process, one))
      );
    });
  }

  async #carryOut(
    finding: Finding,
    { url = '', isDryRun }: RuleResponse,
    carried: ResponseRequest | string,
  ): Promise<Outcome> {
    if (typeof carried === 'string') {
      if (isDryRun) return { outcome: 'delivered', reason: '' };
      return post(url, JSON.stringify(toJsonFinding(finding, this.#options)));
    }
    try {
      return this.#withKilled(carried, await this.#options.handler.respond(carried));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return { outcome: 'not_enforced', reason: `${error.code}: ${error.message}` };
    }
  }

  /** What was done before the agent came to it is not seen any more, but in records. */
  #withKilled(request: ResponseRequest, result: ResponseResult): Outcome {
    const outcome = fromResult(result);
    const { kind, process, causeTimeNs, isDryRun } = request;
    if (kind !== 'kill' || isDryRun || process === undefined) return outcome;
    const isByKernel = this.#options.killed.has(process, causeTimeNs);
    const isDone = result.outcome === 'killed_after';
    // That nobody was found is no failure of a kill that is over.
    if (!isDone && !(isByKernel && result.found.length === 0)) return outcome;
    const names = new Map(result.found.map((each) => [each.tgid, each.name]));
    const ends = this.#endsOf(request, process, names);
    const others = [...result.found, ...ends.keys()].filter(({ tgid }) => tgid !== process.tgid);
    if (isByKernel && others.length === 0) {
      const [same = { ...process, name: '' }] = result.found;
      const { latencyNs = result.latencyNs } = latencyOf(ends, causeTimeNs);
      return { outcome: 'killed', reason: '', processes: 1, found: [same], latencyNs };
    }
    // Otherwise records are still to come of some of them.
    if (ends.size < result.processes) return outcome;
    const found = [...ends.keys()].slice(0, FOUND_MAX);
    const told = { processes: ends.size, found, ...latencyOf(ends, causeTimeNs) };
    return { outcome: 'killed_after', reason: '', ...told };
  }

  /** Of the process and, of a tree, all that descends from it: when they had ended by a kill. */
  #endsOf(
    { scope, causeTimeNs }: ResponseRequest,
    process: ProcessTarget,
    names: ReadonlyMap<number, string>,
  ): ReadonlyMap<RespondedProcess, bigint> {
    const { killed, processes } = this.#options;
    const ends = new Map<RespondedProcess, bigint>();
    const add = (each: ProcessTarget, name: string): void => {
      const endNs = killed.endOf(each);
      if (endNs === undefined || endNs < causeTimeNs) return;
      ends.set({ tgid: each.tgid, startNs: each.startNs, name }, endNs);
    };
    add(process, names.get(process.tgid) ?? '');
    if (scope !== 'tree') return ends;
    for (const each of processes.descendants(process)) {
      add(each, names.get(each.tgid) ?? basename(each.binary));
    }
    return ends;
  }

  #refuse(finding: Finding, isExcess: boolean, reason: string): boolean {
    const { respond } = finding.rule;
    if (isExcess || respond === undefined) this.#counts.notEnforced += 1;
    else this.#tell(finding, respond, { outcome: 'not_enforced', reason });
    return !isExcess;
  }

  #tell(finding: Finding, { kind, isDryRun }: RuleResponse, outcome: Outcome): void {
    const isDone = outcome.outcome !== 'not_enforced' && outcome.outcome !== 'not_delivered';
    if (isDryRun) this.#counts.dryRuns += 1;
    else if (isDone) this.#counts.enforced += 1;
    else this.#counts.notEnforced += 1;
    const response: FindingResponse = {
      ...{ finding: finding.id, rule: finding.rule.id, kind, isDryRun },
      ...{ causeTimeNs: finding.timeNs, ...NOTHING, ...outcome },
    };
    this.#options.onLine(JSON.stringify(toJsonResponse(response, this.#options)));
  }
}

/** From the cause to the last end; nothing while no end is known. */
function latencyOf(
  ends: ReadonlyMap<RespondedProcess, bigint>,
  causeTimeNs: bigint,
): { readonly latencyNs?: bigint } {
  if (ends.size === 0) return {};
  const [last = 0n] = [...ends.values()].toSorted((a, b) => (a < b ? 1 : -1));
  return { latencyNs: last - causeTimeNs };
}

function isSame(one: ProcessTarget | undefined, other: ProcessTarget | undefined): boolean {
  return one !== undefined && one.tgid === other?.tgid && one.startNs === other.startNs;
}

/** What is only tried, or is another signal, does not stand for what is meant. */
function keyOf(respond: RuleResponse, carried: ResponseRequest | string): string {
  const { kind, signal, url, isDryRun } = respond;
  const what = [kind, signal, url, isDryRun];
  if (typeof carried === 'string') return [...what, carried].join(' ');
  const { process, cgroupId } = carried;
  return [...what, process?.tgid, process?.startNs, cgroupId].join(' ');
}

/** The cgroup of the process itself where the one of its pod cannot be found any more. */
function podCgroupId({ process, workload }: DetectionEvent): bigint | undefined {
  if (workload?.kind !== 'container') return undefined;
  return podCgroupOf(process.tgid, workload.containerId) ?? process.cgroupId;
}

function fromResult({ id, ...result }: ResponseResult): Outcome {
  const { outcome, reason, processes, found, latencyNs } = result;
  return { outcome, reason, processes, found, latencyNs, quarantine: id };
}

async function post(url: string, body: string): Promise<Outcome> {
  try {
    const answer = await fetch(url, {
      ...{ method: 'POST', body, redirect: 'manual' },
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(WEBHOOK_MS_MAX),
    });
    await answer.body?.cancel();
    if (answer.ok) return { outcome: 'delivered', reason: '' };
    return { outcome: 'not_delivered', reason: `HTTP ${answer.status}` };
  } catch (error) {
    const { cause = error } = Object(error);
    return { outcome: 'not_delivered', reason: cause instanceof Error ? cause.message : 'failed' };
  }
}
