/** What became of policies that an API server keeps, on the way back to their objects. */
import type { ClusterPolicyKind } from './cluster-policy.ts';
import type { HookStatus, PolicyMode, PolicyState } from './policy.ts';

/** A policy at the API server, in the version that was read. */
export interface ClusterPolicyObject {
  readonly kind: ClusterPolicyKind;
  /** Empty for the kind TracingPolicy. */
  readonly namespace: string;
  readonly name: string;
  /** Another object of the same name has another. */
  readonly uid: string;
  /** Counts changes of the spec. */
  readonly generation: number;
}

/** `skipped`: its nodeSelector leaves this node out. */
export type ClusterPolicyState = PolicyState | 'skipped';

/** Why a policy is not in force, or not in this version. */
export interface ClusterPolicyError {
  readonly code: string;
  readonly message: string;
  /** A line and column, a field or a hook; empty when the error has no place. */
  readonly place: string;
}

/** What this node says about a policy. */
export interface ClusterPolicyStatus {
  readonly object: ClusterPolicyObject;
  readonly state: ClusterPolicyState;
  /** Absent when the policy was not read. */
  readonly mode?: PolicyMode | undefined;
  readonly hooks: readonly HookStatus[];
  /** Of this node; absent for policies that are not about pods. */
  readonly matchedPods?: number | undefined;
  /** With a state that is not `load_error`: this version was refused, and another is in force. */
  readonly error?: ClusterPolicyError | undefined;
}

/** Is told what became of policies. Answers at once and does not throw. */
export interface ClusterPolicyStatusListener {
  /** What was reported before about the object counts no longer. */
  reportStatus(status: ClusterPolicyStatus): void;
  /** The object is gone: nothing more is to be written about it. */
  forgetStatus(uid: string): void;
}
