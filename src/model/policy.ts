/** What became of a policy on this kernel; shown by the banner, the API and `warder status`. */

/** How a hook program was attached. */
export const ATTACH_METHODS = [
  'fentry',
  'kprobe',
  'fmod_ret',
  'lsm',
  // The same with a program behind it that hashes the file.
  'lsm_hash',
  'sys_enter',
  'tp_btf',
  'tracepoint',
  'uprobe',
  'usdt',
] as const;

/** One of them. */
export type AttachMethod = (typeof ATTACH_METHODS)[number];

/**
 * In `monitor`, matches are reported and counted, and nothing is enforced. A policy that has no
 * enforcing action is `monitor_only`, and stays it.
 */
export type PolicyMode = 'enforce' | 'monitor' | 'monitor_only';

/** A mode that can be asked for. */
export type SettableMode = Exclude<PolicyMode, 'monitor_only'>;

/** `skipped`: it is for nodes with other labels. */
export type PolicyState = 'enabled' | 'partially_enabled' | 'disabled' | 'skipped' | 'load_error';

export type HookStatus =
  | { readonly kind: 'attached'; readonly hook: string; readonly method: AttachMethod }
  | { readonly kind: 'not_found'; readonly hook: string }
  /** The program has none of the digests that the policy asks for. */
  | { readonly kind: 'digest_rejected'; readonly hook: string }
  /** The policy is disabled or skipped. */
  | { readonly kind: 'detached'; readonly hook: string }
  | {
      readonly kind: 'failed';
      readonly hook: string;
      readonly code: string;
      /** One line per method that was tried. */
      readonly reason: string;
    };

/** How often something fired, and what came of it. */
export interface FiredCounts {
  /** Runs in which a selector matched. */
  readonly fired: number;
  /** Of the last of them, RFC 3339; empty when it never fired. */
  readonly lastFired: string;
  /** By action: `post`, `sigkill`, …, and what monitor mode withheld: `monitor_sigkill`, …. */
  readonly actions: Readonly<Record<string, number>>;
}

/** What one selector of a policy did. */
export interface SelectorActivity extends FiredCounts {
  /** Its place in the policy, as `kprobes[0].selectors[1]`. */
  readonly selector: string;
}

/** What became of the call that the agent made when it attached a hook. */
export const CANARY_RESULTS = ['ran', 'silent', 'untried'] as const;

/** `ran`, and so does the hook; `silent`: nothing came by; `untried`: there is no harmless call. */
export type CanaryResult = (typeof CANARY_RESULTS)[number];

/** What the policy did at one hook since it came into force there. */
export interface HookActivity extends FiredCounts {
  readonly hook: string;
  /** Of the hook, for all policies on it, since it was attached: 0 when nothing came by yet. */
  readonly runs: number;
  readonly canary: CanaryResult;
  readonly selectors: readonly SelectorActivity[];
}

export interface PolicyStatus {
  readonly name: string;
  readonly file: string;
  readonly state: PolicyState;
  readonly mode: PolicyMode;
  readonly hooks: readonly HookStatus[];
  /** A new version could not be put in force, and the one before it still is. */
  readonly keepsPrevious?: boolean;
}

/** A policy and what it did. */
export interface PolicyReport extends PolicyStatus {
  readonly activity: readonly HookActivity[];
}
