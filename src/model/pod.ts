/** Pods as Kubernetes describes them, cut down to what events and scopes use. */

export type ContainerKind = 'container' | 'init' | 'sidecar' | 'ephemeral';

export interface PodContainer {
  readonly name: string;
  /** Of the runtime, without its prefix; empty until the container was created. */
  readonly id: string;
  readonly kind: ContainerKind;
  /** As the pod asks for it, with tag or digest. */
  readonly image: string;
  /** What was pulled, with its digest; empty until then. */
  readonly imageId: string;
  /** ISO 8601; absent until it was started. */
  readonly startedAt?: string | undefined;
  readonly isPrivileged: boolean;
}

/** What controls pods, such as a Deployment: of a chain of owners, the last. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

export interface Pod {
  readonly uid: string;
  /** In the path of its cgroups: that of the file for a static pod, else `uid`. */
  readonly cgroupUid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** Absent for pods that nothing controls. */
  readonly owner?: Owner | undefined;
  readonly hostNetwork: boolean;
  readonly containers: readonly PodContainer[];
}

/** Whether what is known is what the API server says now. */
export type SourceState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'fresh' }
  /** What was known last stays in force. `since` is ISO 8601. */
  | { readonly kind: 'stale'; readonly since: string; readonly reason: string };

/** Is told about the pods of this node. Answers at once and does not throw. */
export interface PodListener {
  /** All there are: those that are not among them are gone. */
  replacePods(pods: readonly Pod[]): void;
  /** A pod that is new or has changed. */
  setPod(pod: Pod): void;
  removePod(uid: string): void;
}

/** What a container runtime says of a container before its first process runs. */
export interface ContainerNotice {
  readonly id: string;
  /** Of its first process, in the agent's pid namespace. */
  readonly pid: number;
  readonly name: string;
  readonly image: string;
  readonly pod?: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  /** Is the pause container that holds the pod's namespaces. */
  readonly isSandbox: boolean;
}
