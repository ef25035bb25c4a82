/** Policies that an API server keeps, and the node they are for. */

export type ClusterPolicyKind = 'TracingPolicy' | 'TracingPolicyNamespaced';

/** Which object it is. */
export interface ClusterPolicyIdentity {
  readonly kind: ClusterPolicyKind;
  /** Absent for the kind TracingPolicy. */
  readonly namespace?: string | undefined;
  readonly name: string;
  /** Another object of the same name has another. */
  readonly uid: string;
}

export interface ClusterPolicy extends ClusterPolicyIdentity {
  /** Counts changes of the spec. */
  readonly generation: number;
  /** Of the change that brought this text. */
  readonly resourceVersion: string;
  /** JSON, which is YAML: apiVersion, kind, name, namespace and spec as they are there. */
  readonly text: string;
}

/**
 * Is told about policies, and not of changes that leave the text as it was. An API server that is
 * away removes nothing. Answers at once and does not throw.
 */
export interface ClusterPolicyListener {
  /** All there are of that kind: those that are not among them are gone. */
  replacePolicies(kind: ClusterPolicyKind, policies: readonly ClusterPolicy[]): void;
  /** A policy that is new or has another text. */
  setPolicy(policy: ClusterPolicy): void;
  removePolicy(identity: ClusterPolicyIdentity): void;
}

/** Is told about the node that the agent runs on. Answers at once and does not throw. */
export interface NodeListener {
  /** Of a node that is not registered any more, the last ones stay. */
  setNodeLabels(labels: Readonly<Record<string, string>>): void;
}
