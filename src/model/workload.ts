/** Workloads: what processes of a node belong to. */
import type { Pod, PodContainer } from './pod.ts';

/** Why something about a workload is not known. */
export type UnknownReason =
  /** The cgroup was never heard of, or too long ago. */
  | 'cgroup_unknown'
  /** Nobody tells this agent about pods. */
  | 'no_pod_source'
  /** The API server has not named the pod yet. */
  | 'pod_pending'
  /** The pod is known, and its container has no id yet. */
  | 'container_pending'
  /** The source of pods is stale and does not have it. */
  | 'source_stale';

/** The pod and container of a process, as far as they are known. */
export interface ContainerWorkload {
  readonly kind: 'container';
  /** Of the runtime; 64 hexadecimal digits with those in use. */
  readonly containerId: string;
  /** `containerd`, `cri-o`, `docker`, `podman`; empty when the path does not tell. */
  readonly runtime: string;
  /** From the path of the cgroup; empty outside of Kubernetes. */
  readonly podUid: string;
  readonly pod?: Pod | undefined;
  /** Absent for the container that holds the namespaces of the pod. */
  readonly container?: PodContainer | undefined;
  readonly isSandbox: boolean;
  /** Absent when everything is known that there is to know. */
  readonly unknown?: UnknownReason | undefined;
}

/** A unit of systemd, a session of a user. */
export interface ServiceWorkload {
  readonly kind: 'service';
  /** `ssh.service`, `session-3.scope`. */
  readonly name: string;
}

/** Any other process of the machine. */
export interface HostWorkload {
  readonly kind: 'host';
}

export interface UnknownWorkload {
  readonly kind: 'unknown';
  readonly unknown: UnknownReason;
}

/** Immutable: a change makes another. */
export type Workload = ContainerWorkload | ServiceWorkload | HostWorkload | UnknownWorkload;
