/** Policies that are objects of a cluster. */
import type { ClusterPolicyKind, ClusterPolicyObject } from './cluster-policy-status.ts';

export interface ClusterPolicy extends ClusterPolicyObject {
  /** The object as JSON, without what servers add; JSON is YAML. */
  readonly text: string;
}

/** Which object. */
export type ClusterPolicyKey = Pick<ClusterPolicyObject, 'kind' | 'namespace' | 'name'>;

/** Is told about the policies of a cluster. Answers at once and does not throw. */
export interface ClusterPolicyListener {
  /** All of a kind: those that are not among them are gone. */
  replacePolicies(kind: ClusterPolicyKind, policies: readonly ClusterPolicy[]): void;
  /** One that is new or has changed. */
  setPolicy(policy: ClusterPolicy): void;
  removePolicy(key: ClusterPolicyKey): void;
}
