/** Whom a policy applies to. */

/** One condition on the labels of an object. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[];
}

/** All must hold; none: every object. */
export type LabelSelector = readonly LabelRequirement[];

/** Whom a policy applies to: the parts that are there narrow it, `host` adds to them. */
export interface PolicyScope {
  /** Of the pods; from the kind TracingPolicyNamespaced. */
  readonly namespace?: string;
  readonly pods?: LabelSelector;
  /** The keys are `name` and `repo`. */
  readonly containers?: LabelSelector;
  /** Processes outside of pods. */
  readonly host?: true;
  readonly nodes?: LabelSelector;
}
