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
  /** It applies to containers of which it is not known yet whether it does; else it does not. */
  readonly unknown?: 'match';
}

/** What scopes are asked about. */
export type ScopeSubject =
  /** A process outside of pods. */
  | { readonly kind: 'host' }
  /** A container that nobody has named yet. */
  | { readonly kind: 'unnamed' }
  | {
      readonly kind: 'pod';
      readonly namespace: string;
      /** Absent while only the runtime has spoken. */
      readonly labels?: Readonly<Record<string, string>> | undefined;
      /** Absent for the one that holds the namespaces of the pod. */
      readonly container?: ContainerSubject | 'unnamed' | undefined;
    };

export interface ContainerSubject {
  readonly name: string;
  /** Of the image, without tag and digest. */
  readonly repo: string;
}
