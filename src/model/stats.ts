/** Numbers the agent keeps about itself; printed by `warder status`. All are totals since start. */
import type { DeliveryCounts } from './delivery-stats.ts';

export interface LossCount {
  readonly reason: 'ring_full' | 'scratch_busy' | 'state_failed';
  readonly recordKind: 'exec' | 'fork' | 'exit' | 'hook' | 'loader' | 'cgroup' | 'dns';
  /** Hook name, empty for the base sensor. */
  readonly hook: string;
  readonly cgroupId: string;
  readonly count: number;
}

export interface HookCount {
  readonly hook: string;
  readonly method: string;
  readonly policies: readonly string[];
  readonly selectors: number;
  readonly runs: number;
  readonly matched: number;
  readonly posted: number;
  readonly signalled: number;
  readonly overridden: number;
  /** Runs in which a variable of the program was overwritten. */
  readonly set: number;
  /** Total ns in the program; 0 unless the kernel's BPF statistics are on. */
  readonly runTimeNs: number;
  /** Runs the kernel skipped because the program was already running on that CPU. */
  readonly missed: number;
}

export interface ProcessCacheCount {
  readonly live: number;
  readonly retained: number;
  readonly capacity: number;
  readonly evicted: number;
  readonly unknownLookups: number;
}

/** Who the workloads of this node are. */
export interface WorkloadStats {
  /** Known ones, those that are gone a moment ago among them. */
  readonly cgroups: number;
  readonly containers: number;
  readonly pods: number;
  /** Containers of pods that nobody has named. */
  readonly unnamed: number;
  /** Events of a cgroup that is not known. */
  readonly unknownLookups: number;
  /** Cgroups and containers that were too many. */
  readonly refused: number;
  /** Events that wait for their pod now. */
  readonly held: number;
  /** Events that waited and went out with their pod. */
  readonly named: number;
  /** Events that went out without it, as it was too late, or as too many waited. */
  readonly expired: number;
  readonly overflowed: number;
  /** Events that were amended afterwards. */
  readonly amended: number;
}

/** How what a cluster says is followed. */
export interface ClusterState {
  /** `pods`, `node`, `tracingpolicies`, `tracingpoliciesnamespaced`. */
  readonly what: string;
  readonly state: 'starting' | 'fresh' | 'stale';
  /** Of a stale one, RFC 3339. */
  readonly since?: string | undefined;
  readonly reason?: string | undefined;
}

/** A detector, and why it was switched off, if it was. */
export interface DetectorStats {
  readonly id: string;
  readonly state: 'running' | 'disabled';
  /** `CODE: message`; empty while it runs. */
  readonly reason: string;
  readonly events: number;
  readonly findings: number;
  readonly suppressed: number;
  readonly errors: number;
  /** Events that it was not shown: as it was too slow, and as the queue was full. */
  readonly skipped: number;
  readonly dropped: number;
  /** Entries that went from full tables. */
  readonly evicted: number;
}

/** What correlations remember. */
export interface CorrelationStats {
  readonly groups: number;
  /** Groups that were forgotten as there were too many. */
  readonly evicted: number;
  /** Matches that a group forgot, and those without a field to group by. */
  readonly dropped: number;
  readonly ungrouped: number;
  /** Matches that came too late to be put into their order. */
  readonly late: number;
  /** Groups of the agent before this one that were gone on with, and those of changed rules. */
  readonly restored: number;
  readonly discarded: number;
  /** Groups for which the file had no room when it was last written. */
  readonly unsaved: number;
}

/** How often rules were read again while the agent ran. */
export interface RuleReloadStats {
  /** When those in force were loaded, RFC 3339. */
  readonly loadedAt: string;
  /** Times that all were taken, and that none were. */
  readonly taken: number;
  readonly refused: number;
  /** The last that was refused; absent when all were taken after it. */
  readonly lastRefused?: RefusedReload | undefined;
}

/** Why rules stayed as they were. */
export interface RefusedReload {
  /** RFC 3339. */
  readonly at: string;
  /** The first mistake, with its place, and how many others there are. */
  readonly reason: string;
}

/** What rules looked at, and where it comes from. */
export interface DetectionStats {
  readonly rules: number;
  readonly reloads: RuleReloadStats;
  readonly events: number;
  readonly findings: number;
  readonly responses: ResponseStats;
  /** Findings that were too many, of the rules that had them. */
  readonly suppressed: readonly { readonly rule: string; readonly count: number }[];
  readonly correlations: CorrelationStats;
  readonly detectors: readonly DetectorStats[];
  /** Files of detectors that were not loaded. */
  readonly unloaded: readonly { readonly file: string; readonly reason: string }[];
  /** `way`: how the hook is attached, or `none`, and then why. */
  readonly sources: readonly {
    readonly source: string;
    readonly way: string;
    readonly reason: string;
  }[];
}

/** Answers to findings. */
export interface ResponseStats {
  /** Carried out; webhooks that took the finding too. */
  readonly enforced: number;
  readonly notEnforced: number;
  readonly dryRuns: number;
  /** Not carried out again, as the same was under way or in force. */
  readonly repeated: number;
  readonly pending: number;
}

export interface AgentStats {
  readonly startedAt: string;
  readonly received: number;
  readonly decoded: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly published: number;
  /** Events that were handed out, by kind; those that only rules look at are not among them. */
  readonly events: Readonly<Record<string, number>>;
  /** Events that clients who follow them did not get, as they were too slow; added over clients. */
  readonly missed: number;
  readonly lastSequence: number;
  /**
   * Sequence numbers that neither arrived nor are in `lost`; settles to 0 when the rings are
   * drained.
   */
  readonly missingSequences: number;
  readonly lost: readonly LossCount[];
  readonly counters: Readonly<Record<string, number>>;
  readonly hooks: readonly HookCount[];
  readonly processes: ProcessCacheCount;
  readonly workloads: WorkloadStats;
  /** Empty when no cluster is followed. */
  readonly cluster: readonly ClusterState[];
  /** Absent without rules. */
  readonly detections?: DetectionStats | undefined;
  /** Absent without destinations. */
  readonly delivery?: DeliveryCounts | undefined;
  readonly rssBytes: number;
}
