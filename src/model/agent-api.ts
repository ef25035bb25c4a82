/**
 * What the running agent offers to its API and command line; implemented by the composition root.
 */
import type { KernelReport } from './capability.ts';
import type { DeliveryApi } from './delivery-api.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { PolicyReport, PolicyStatus, SettableMode } from './policy.ts';
import type { ResponseApi } from './response.ts';
import type { AgentStats } from './stats.ts';
import type { UnknownReason } from './workload.ts';

export interface PolicyLoadRequest {
  readonly text: string;
  /** Names the text in diagnostics. */
  readonly file: string;
  /** Goes before the mode that the policies ask for. */
  readonly mode?: SettableMode | undefined;
  /** Nothing is taken when there is a policy of one of the names; one that failed is replaced. */
  readonly isNew?: boolean | undefined;
}

/** Outcome of loading policy text: all of it was valid, or none of it was taken. */
export type PolicyLoadResult =
  | {
      readonly kind: 'loaded';
      readonly statuses: readonly PolicyStatus[];
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly kind: 'rejected'; readonly diagnostics: readonly Diagnostic[] }
  /** Only where it was to be new. */
  | { readonly kind: 'exists'; readonly name: string };

/** Outcome of reading rules again: all of them are in force, or those that were. */
export type RuleReloadResult =
  | {
      readonly kind: 'loaded';
      readonly rules: number;
      readonly detectors: number;
      /** Warnings. */
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly kind: 'rejected'; readonly diagnostics: readonly Diagnostic[] };

/** Takes batches of JSON lines, each without its newline; must not block and must not throw. */
export type LineListener = (lines: readonly string[]) => void;

/** What is known of a container that was announced. */
export interface AnnouncedContainer {
  readonly id: string;
  /** `namespace/name` of its pod; empty outside of pods. */
  readonly pod: string;
  /** Why more is not known; empty when all is. */
  readonly unknown: UnknownReason | '';
}

/** A process that the agent knows, also one that ended a moment ago. */
export interface KnownProcess {
  /** As `process` in events. */
  readonly json: string;
  readonly isRunning: boolean;
}

export interface AgentApi {
  version(): string;
  kernel(): KernelReport;
  stats(): AgentStats;
  /** `withSources`: also those that only rules have, which nobody but them is told of. */
  policies(withSources?: boolean): readonly PolicyReport[];
  /** Puts policies in force, or in the place of those that have their names. */
  loadPolicies(request: PolicyLoadRequest): Promise<PolicyLoadResult>;
  /** False when there is no policy of that name. */
  removePolicy(name: string): Promise<boolean>;
  /** Undefined when there is no policy of that name. */
  setPolicyEnabled(name: string, isEnabled: boolean): Promise<PolicyStatus | undefined>;
  /** Undefined when there is no policy of that name; rejects when it has nothing to enforce. */
  setPolicyMode(name: string, mode: SettableMode): Promise<PolicyStatus | undefined>;
  /**
   * Takes in what a runtime says of a container that is about to start: its OCI state. Resolves
   * when the container is in the scopes it belongs to, as far as its pod is known by then; rejects
   * with a code when that is no state, or its process is in no cgroup of this node.
   */
  announceContainer(state: unknown): Promise<AnnouncedContainer>;
  /** All processes that are known, in no order. */
  processes(): readonly KnownProcess[];
  /** Quarantines: what processes are kept from doing. */
  readonly responses: ResponseApi;
  /** Alerts, and what is delivered; undefined without destinations. */
  readonly delivery: DeliveryApi | undefined;
  /**
   * Reads rules, exceptions, responses and detectors again, and puts them in the place of those in
   * force. Rejects with a code when files cannot be read; then too, nothing has changed.
   */
  reloadRules(): Promise<RuleReloadResult>;
  /** Whether there are detection rules: without any, nothing is looked at. */
  hasRules(): boolean;
  /** Lines of a recording of what rules look at, from now on; the returned function ends it. */
  record(listener: LineListener): () => void;
  /** Events from now on; the returned function ends the subscription. */
  subscribe(listener: LineListener): () => void;
  /** Counts events that a client who follows them did not get, as it was too slow. */
  noteMissed(count: number): void;
}
