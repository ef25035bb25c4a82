/** Containers and pods: who a container is, from what the path, the runtime and Kubernetes say. */
import type { ContainerNotice, Pod, PodContainer, SourceState } from '../../model/pod.ts';
import type { ContainerWorkload, UnknownReason } from '../../model/workload.ts';
import type { ContainerPlace } from './cgroup-path.ts';
import { PodClaims } from './pod-claims.ts';

/** Pods that are gone and had no container here, kept for containers that are reported late. */
const GONE_PODS_MAX = 1024;

/** A container while any cgroup of it is remembered. */
export interface Container {
  readonly id: string;
  readonly runtime: string;
  readonly podUid: string;
  notice: ContainerNotice | undefined;
  /** Nothing runs in it any more. */
  isGone: boolean;
  /** As its pod had it last; pods soon speak of the next run only. */
  known?: PodContainer | undefined;
  /** Replaced when more is known. */
  workload: ContainerWorkload;
}

/** Is told which containers are somebody else now. */
export type RenameListener = (container: Container) => void;

/** Joins containers with pods. Neither cgroups nor the kernel are known here. */
export class ContainerTable {
  readonly #onRename: RenameListener;
  readonly #containers = new Map<string, Container>();
  /** By the uid that is in paths. */
  readonly #pods = new Map<string, PodClaims>();
  #source: SourceState | undefined;

  constructor(onRename: RenameListener) {
    this.#onRename = onRename;
  }

  get counts(): { readonly containers: number; readonly pods: number } {
    const pods = [...this.#pods.values()].filter(({ pod }) => pod !== undefined);
    return { containers: this.#containers.size, pods: pods.length };
  }

  /** The container of a place; made when it is new. */
  at(place: ContainerPlace, notice?: ContainerNotice): Container {
    const known = this.#containers.get(place.containerId);
    if (known !== undefined) {
      if (notice !== undefined) this.#heed(known, notice);
      return known;
    }
    const podUid = place.podUid === '' ? (notice?.pod?.uid ?? '') : place.podUid;
    const { containerId, runtime } = place;
    const container: Container = {
      ...{ id: containerId, runtime, podUid, notice, isGone: false },
      workload: { kind: 'container', containerId, runtime, podUid, isSandbox: false },
    };
    this.#containers.set(containerId, container);
    if (podUid === '') {
      container.workload = this.#describe(container);
      return container;
    }
    const claims = this.#claimsOf(podUid);
    claims.containers.add(container);
    container.workload = this.#describe(container);
    // It may be what proves whose the others are.
    this.#refreshAll(claims);
    return container;
  }

  forget(container: Container): void {
    this.#containers.delete(container.id);
    const claims = this.#pods.get(container.podUid);
    if (claims === undefined) return;
    claims.containers.delete(container);
    if (claims.containers.size === 0 && claims.isGone) this.#boundGone();
  }

  setPod(pod: Pod): void {
    const claims = this.#claimsOf(pod.cgroupUid);
    claims.set(pod);
    this.#refreshAll(claims);
  }

  /** It stays known while it has containers here: they still run, or their events are late. */
  removePod(uid: string): void {
    for (const claims of this.#pods.values()) claims.leave(uid);
    this.#boundGone();
  }

  replacePods(pods: readonly Pod[]): void {
    const there = new Set(pods.map(({ uid }) => uid));
    for (const claims of this.#pods.values()) claims.leaveAllBut(there);
    for (const pod of pods) this.setPod(pod);
    this.#boundGone();
  }

  /** What the source of pods says of itself; without one nobody waits for pods. */
  setSource(source: SourceState): void {
    this.#source = source;
    for (const claims of this.#pods.values()) {
      if (claims.pod === undefined) this.#refreshAll(claims);
    }
  }

  #heed(container: Container, notice: ContainerNotice): void {
    container.notice = notice;
    const claims = this.#pods.get(container.podUid);
    if (claims === undefined) this.#refresh(container);
    else this.#refreshAll(claims);
  }

  #claimsOf(podUid: string): PodClaims {
    const known = this.#pods.get(podUid);
    if (known !== undefined) return known;
    const claims = new PodClaims();
    this.#pods.set(podUid, claims);
    return claims;
  }

  #refreshAll({ containers }: PodClaims): void {
    for (const container of containers) this.#refresh(container);
  }

  #refresh(container: Container): void {
    const before = container.workload;
    const after = this.#describe(container);
    if (isSame(before, after)) return;
    container.workload = after;
    this.#onRename(container);
  }

  #describe(container: Container): ContainerWorkload {
    const { id, runtime, podUid, notice } = container;
    const base = { kind: 'container', containerId: id, runtime, podUid, isSandbox: false } as const;
    if (podUid === '') return { ...base, container: notice && containerOfNotice(notice) };
    const claims = this.#pods.get(podUid);
    const pod = claims?.pod;
    if (claims === undefined || pod === undefined) {
      return { ...base, ...describeNotice(container), unknown: this.#reason() };
    }
    const listed = pod.containers.find((one) => one.id === id);
    container.known = listed ?? container.known;
    if (container.known !== undefined) return { ...base, pod, container: container.known };
    if (notice !== undefined && !notice.isSandbox) {
      const named = pod.containers.find(({ name }) => name === notice.name);
      return { ...base, pod, container: named ? { ...named, id } : containerOfNotice(notice) };
    }
    const isSandbox = notice?.isSandbox ?? isSandboxOf(claims, pod, container);
    return { ...base, pod, isSandbox, unknown: isSandbox ? undefined : 'container_pending' };
  }

  #reason(): UnknownReason {
    if (this.#source === undefined) return 'no_pod_source';
    return this.#source.kind === 'stale' ? 'source_stale' : 'pod_pending';
  }

  #boundGone(): void {
    const idle = [...this.#pods].filter(([, claims]) => {
      return claims.isGone && claims.containers.size === 0;
    });
    const isNamed = (claims: PodClaims): boolean => claims.pod !== undefined;
    const named = idle.filter(([, claims]) => isNamed(claims));
    const surplus = named.slice(0, Math.max(0, named.length - GONE_PODS_MAX));
    const nobody = idle.filter(([, claims]) => !isNamed(claims));
    for (const [uid] of [...nobody, ...surplus]) this.#pods.delete(uid);
  }
}

/**
 * Whether a container that its pod does not list holds the namespaces. That one is made before the
 * others: one that comes later is a container that was started again, of which the pod still has
 * the id of the last run. When all are gone, a pod may get a new one.
 */
function isSandboxOf({ containers }: PodClaims, pod: Pod, container: Container): boolean {
  if (container.workload.isSandbox) return true;
  if (container.isGone) return false;
  const others = [...containers];
  const earlier = others.slice(0, others.indexOf(container));
  return (
    pod.containers.every(({ id }) => id !== '') &&
    earlier.every(({ isGone }) => isGone) &&
    (earlier.length === 0 || earlier.some(({ workload }) => workload.isSandbox))
  );
}

function isSame(one: ContainerWorkload, other: ContainerWorkload): boolean {
  return (
    one.pod === other.pod &&
    one.container?.name === other.container?.name &&
    one.container?.imageId === other.container?.imageId &&
    one.container?.startedAt === other.container?.startedAt &&
    one.isSandbox === other.isSandbox &&
    one.unknown === other.unknown
  );
}

/** What the runtime knows before Kubernetes has spoken, if it is about the pod of the path. */
function describeNotice({ podUid, notice }: Container): Partial<ContainerWorkload> {
  if (notice?.pod?.uid !== podUid) return {};
  const container = notice.isSandbox ? undefined : containerOfNotice(notice);
  return { pod: podOfNotice(notice.pod), container, isSandbox: notice.isSandbox };
}

function containerOfNotice({ id, name, image }: ContainerNotice): PodContainer {
  return { name, id, kind: 'container', image, imageId: '', isPrivileged: false };
}

/** What the runtime knows of a pod; labels and owner are not part of it. */
function podOfNotice(pod: NonNullable<ContainerNotice['pod']>): Pod {
  const { namespace, name, uid } = pod;
  return {
    ...{ uid, cgroupUid: uid, namespace, name, labels: {}, annotations: {} },
    ...{ serviceAccount: '', hostNetwork: false, containers: [] },
  };
}
