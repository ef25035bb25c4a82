/** Requests that make no sense, and targets that nothing is ever done to. */
import type { ProcessTarget, ResponseRequest } from '../../model/response.ts';
import { ResponseError } from './errors.ts';

const SIGNAL_MAX = 64;
const KEY_MAX = 2n ** 63n;

/** Who is spared, as of now. */
export interface Surroundings {
  /** The agent, then its parents up to the first process. */
  readonly lineage: readonly number[];
  /** Cgroups that the agent and the first process are in, and all above them. */
  readonly cgroups: ReadonlySet<bigint>;
}

/** Throws ENGINE_RESPONSE_INVALID, ENGINE_RESPONSE_PROTECTED. */
export function checkRequest(request: ResponseRequest, surroundings: Surroundings): void {
  const { kind, scope, process, cgroupId, causeTimeNs } = request;
  if (causeTimeNs <= 0n || causeTimeNs >= KEY_MAX) throw invalid('its cause has no time');
  if (kind === 'signal') checkSignal(request);
  if (scope === 'cgroup') {
    if (cgroupId === undefined || cgroupId <= 0n) throw invalid('the scope needs a cgroup');
    if (process !== undefined) throw invalid('it names a process and a cgroup');
    if (surroundings.cgroups.has(cgroupId)) {
      throw protectedTarget(`the agent or the first process is in cgroup ${cgroupId}`);
    }
    return;
  }
  if (cgroupId !== undefined) throw invalid('it names a cgroup, and is about a process');
  checkProcess(process, scope === 'tree', surroundings.lineage);
}

function checkProcess(
  process: ProcessTarget | undefined,
  isTree: boolean,
  [agent, ...above]: readonly number[],
): void {
  if (process === undefined) throw invalid('the scope needs a process');
  const { tgid, startNs } = process;
  if (!Number.isInteger(tgid) || tgid <= 0 || tgid > 0x7fff_ffff) throw invalid('it has no pid');
  if (startNs < 0n || startNs >= KEY_MAX) throw invalid('the process has no key');
  if (tgid === agent) throw protectedTarget('it is the agent');
  if (tgid === 1) throw protectedTarget('it is the first process of the machine');
  if (isTree && above.includes(tgid)) {
    throw protectedTarget(`the agent descends from process ${tgid}`);
  }
}

function checkSignal({ scope, signal }: ResponseRequest): void {
  if (scope !== 'process') throw invalid('a signal goes to one process');
  if (signal === undefined || !Number.isInteger(signal) || signal < 1 || signal > SIGNAL_MAX) {
    throw invalid('it has no signal');
  }
}

function invalid(reason: string): ResponseError {
  return new ResponseError('ENGINE_RESPONSE_INVALID', `the response is refused: ${reason}`);
}

/** What keeps a target from being touched. */
export function protectedTarget(reason: string): ResponseError {
  return new ResponseError('ENGINE_RESPONSE_PROTECTED', `nothing is done: ${reason}`);
}
