/** Responses: what is done to processes because of something that was seen, and what came of it. */

/** How a process is meant: it alone, or it and all that descends from it; or a cgroup. */
export const RESPONSE_SCOPES = ['process', 'tree', 'cgroup'] as const;

export type ResponseScope = (typeof RESPONSE_SCOPES)[number];

/** A process by the key of any of its images: an exec does not make it another one. */
export interface ProcessTarget {
  readonly tgid: number;
  readonly startNs: bigint;
}

export interface ResponseRequest {
  readonly kind: 'kill' | 'quarantine' | 'signal';
  /**
   * A signal goes to a `process` only. In the scope `process`, children that are there already are
   * left alone; those that are forked from now on are not.
   */
  readonly scope: ResponseScope;
  /** For the scopes `process` and `tree`. */
  readonly process?: ProcessTarget | undefined;
  /** For the scope `cgroup`, of the default hierarchy. */
  readonly cgroupId?: bigint | undefined;
  /** Number of the signal, for the kind `signal`. */
  readonly signal?: number | undefined;
  /** When that happened which this is about; CLOCK_BOOTTIME ns. */
  readonly causeTimeNs: bigint;
  /** Finds the processes, and does nothing to them. */
  readonly isDryRun: boolean;
  /** Why, for people. */
  readonly reason: string;
  /** Id of the rule that asks; empty when somebody did. */
  readonly rule: string;
}

/**
 * `denied`: what is forbidden is from now on. `killed_after`: all are dead, and were alive for a
 * moment after the cause. `killed` is for enforcement in the kernel, in the call itself.
 */
export type ResponseOutcome = 'denied' | 'killed' | 'killed_after' | 'not_enforced';

/** A process that a response found. */
export interface RespondedProcess extends ProcessTarget {
  /** Of the thread, as the kernel has it. */
  readonly name: string;
}

export interface ResponseResult {
  readonly outcome: ResponseOutcome;
  readonly isDryRun: boolean;
  /** From the cause to the last process that ended, or the verdict in place. */
  readonly latencyNs: bigint;
  /** Number of processes that it was done to, or in a dry run would have been. */
  readonly processes: number;
  /** The first of them. */
  readonly found: readonly RespondedProcess[];
  /** Why it was not enforced; empty when it was. */
  readonly reason: string;
  /** Of a quarantine in force. */
  readonly id?: number | undefined;
}

/** A quarantine in force. */
export interface Quarantine {
  readonly id: number;
  readonly scope: ResponseScope;
  readonly process?: ProcessTarget | undefined;
  readonly cgroupId?: bigint | undefined;
  readonly rule: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string;
  /** Processes that were found when it was made. */
  readonly processes: number;
  /** Operations that it denied. */
  readonly denied: number;
  /** RFC 3339 of the last of them; empty when there was none. */
  readonly lastDenied: string;
}

/** What the API is asked for: a process of a pid is the one that has it at that moment. */
export type QuarantineTarget =
  | { readonly kind: 'execId'; readonly execId: string }
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'cgroup'; readonly cgroupId: bigint };

export interface QuarantineOrder {
  readonly target: QuarantineTarget;
  /** Processes that descend from it already, too; not for cgroups. */
  readonly isTree: boolean;
  readonly isDryRun: boolean;
  readonly reason: string;
}

/** Responses, as far as the API of an agent offers them. */
export interface ResponseApi {
  quarantines(): readonly Quarantine[];
  /** Rejects with a code when the target is one that is never touched, or is no target. */
  quarantine(order: QuarantineOrder): Promise<ResponseResult>;
  /** False when there is no quarantine of that id. */
  release(id: number): Promise<boolean>;
}

/** Carries out what is asked for; rules have one. */
export interface ResponseHandler {
  /** Makes ready, once, for somebody who will ask and whose answer must not wait. */
  arm(): void;
  /** Rejects with a code when the target is one that is never touched, or is no target. */
  respond(request: ResponseRequest): Promise<ResponseResult>;
}
