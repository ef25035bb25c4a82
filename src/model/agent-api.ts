/**
 * What the running agent offers to its API and command line; implemented by the composition root.
 */
import type { KernelReport } from './capability.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { PolicyStatus } from './policy.ts';
import type { AgentStats } from './stats.ts';

/** Outcome of loading policy text: all of it was valid, or none of it was taken. */
export type PolicyLoadResult =
  | {
      readonly kind: 'loaded';
      readonly statuses: readonly PolicyStatus[];
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly kind: 'rejected'; readonly diagnostics: readonly Diagnostic[] };

/** Takes batches of JSON lines, each without its newline; must not block and must not throw. */
export type LineListener = (lines: readonly string[]) => void;

export interface AgentApi {
  version(): string;
  kernel(): KernelReport;
  stats(): AgentStats;
  policies(): readonly PolicyStatus[];
  /** `file` names the text in diagnostics. */
  loadPolicies(text: string, file: string): Promise<PolicyLoadResult>;
  /** False when there is no policy of that name. */
  removePolicy(name: string): Promise<boolean>;
  /** Events from now on; the returned function ends the subscription. */
  subscribe(listener: LineListener): () => void;
}
