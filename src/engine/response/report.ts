/** Results of one response: the outcome, and how long it took from its cause. */
import type {
  RespondedProcess,
  ResponseOutcome,
  ResponseRequest,
  ResponseResult,
} from '../../model/response.ts';
import { bootTimeNs } from '../kernel/index.ts';

/** Processes that a result names. */
const FOUND_MAX = 64;

export class Report {
  readonly #request: ResponseRequest;

  constructor(request: ResponseRequest) {
    this.#request = request;
  }

  done(
    outcome: ResponseOutcome,
    found: readonly RespondedProcess[],
    endNs: bigint,
  ): ResponseResult {
    return this.#result({ outcome, found, endNs, reason: '' });
  }

  /** What would have been done. */
  rehearsed(found: readonly RespondedProcess[]): ResponseResult {
    const outcome = this.#request.kind === 'quarantine' ? 'denied' : 'killed_after';
    return this.#result({ outcome, found, endNs: bootTimeNs(), reason: '' });
  }

  failed(reason: string, found: readonly RespondedProcess[] = []): ResponseResult {
    return this.#result({ outcome: 'not_enforced', found, endNs: bootTimeNs(), reason });
  }

  gone(): ResponseResult {
    const { scope } = this.#request;
    return this.failed(scope === 'cgroup' ? 'gone: no process is in the cgroup' : 'gone');
  }

  #result({ outcome, found, endNs, reason }: Parts): ResponseResult {
    const { causeTimeNs, isDryRun } = this.#request;
    const latencyNs = endNs > causeTimeNs ? endNs - causeTimeNs : 0n;
    const shown = found.slice(0, FOUND_MAX);
    return { outcome, isDryRun, latencyNs, processes: found.length, found: shown, reason };
  }
}

interface Parts {
  readonly outcome: ResponseOutcome;
  readonly found: readonly RespondedProcess[];
  readonly endNs: bigint;
  readonly reason: string;
}
