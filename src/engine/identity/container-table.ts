/** Containers and pods: who a container is, from what the path, the runtime and Kubernetes say. */
import type { ContainerNotice, Pod, PodContainer, SourceState } from '../../model/pod.ts';
import type { ContainerWorkload, UnknownReason } from '../../model/workload.ts';
import type { ContainerPlace } from './cgroup-path.ts';

/** Pods that are gone and had no container here, kept for containers that are reported late. */
const GONE_PODS_MAX = 1024;

/** A container while any cgroup of it is remembered. */
export interface Container {
  readonly id: string;
  readonly runtime: string;
  readonly podUid: string;
  notice: ContainerNotice | undefined;
  /** Replaced when more is known. */
  workload: ContainerWorkload;
}

interface PodEntry {
  pod: Pod;
  isGone: boolean;
  readonly containers: Set<Container>;
}

/** Is told which containers are somebody else now. */
export type RenameListener = (container: Container) => void;

/** Joins containers with pods. Neither cgroups nor the kernel are known here. */
export class ContainerTable {
  readonly #onRename: RenameListener;
  readonly #containers = new Map<string, Container>();
  /** By the uid that is in paths. */
  readonly #pods = new Map<string, PodEntry>();
  /** Containers whose pod nobody has named, by that uid. */
  readonly #waiting = new Map<string, Set<Container>>();
  #source: SourceState | undefined;

  constructor(onRename: RenameListener) {
    this.#onRename = onRename;
  }

  get counts(): { readonly containers: number; readonly pods: number } {
    return { containers: this.#containers.size, pods: this.#pods.size };
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
      ...{ id: containerId, runtime, podUid, notice },
      workload: { kind: 'container', containerId, runtime, podUid, isSandbox: false },
    };
    this.#containers.set(containerId, container);
    this.#join(container);
    container.workload = this.#describe(container);
    return container;
  }

  forget(container: Container): void {
    this.#containers.delete(container.id);
    const entry = this.#pods.get(container.podUid);
    entry?.containers.delete(container);
    this.#waiting.get(container.podUid)?.delete(container);
    if (this.#waiting.get(container.podUid)?.size === 0) this.#waiting.delete(container.podUid);
    if (entry?.isGone && entry.containers.size === 0) this.#boundGone();
  }

  setPod(pod: Pod): void {
    const known = this.#pods.get(pod.cgroupUid);
    const containers = known?.containers ?? this.#waiting.get(pod.cgroupUid) ?? new Set();
    this.#waiting.delete(pod.cgroupUid);
    this.#pods.set(pod.cgroupUid, { pod, isGone: false, containers });
    for (const container of containers) this.#refresh(container);
  }

  /** It stays known while it has containers here: they still run, or their events are late. */
  removePod(uid: string): void {
    for (const entry of this.#pods.values()) if (entry.pod.uid === uid) entry.isGone = true;
    this.#boundGone();
  }

  replacePods(pods: readonly Pod[]): void {
    const there = new Set(pods.map(({ uid }) => uid));
    for (const entry of this.#pods.values()) if (!there.has(entry.pod.uid)) entry.isGone = true;
    for (const pod of pods) this.setPod(pod);
    this.#boundGone();
  }

  /** What the source of pods says of itself; without one nobody waits for pods. */
  setSource(source: SourceState): void {
    this.#source = source;
    for (const containers of this.#waiting.values()) {
      for (const container of containers) this.#refresh(container);
    }
  }

  #heed(container: Container, notice: ContainerNotice): void {
    container.notice = notice;
    this.#refresh(container);
  }

  #join(container: Container): void {
    const { podUid } = container;
    if (podUid === '') return;
    const entry = this.#pods.get(podUid);
    if (entry !== undefined) {
      entry.containers.add(container);
      return;
    }
    const waiting = this.#waiting.get(podUid) ?? new Set();
    waiting.add(container);
    this.#waiting.set(podUid, waiting);
  }

  #refresh(container: Container): void {
    const before = container.workload;
    const after = this.#describe(container);
    if (isSame(before, after)) return;
    container.workload = after;
    this.#onRename(container);
  }

  #describe({ id, runtime, podUid, notice }: Container): ContainerWorkload {
    const base = { kind: 'container', containerId: id, runtime, podUid, isSandbox: false } as const;
    if (podUid === '') return { ...base, container: notice && containerOfNotice(notice) };
    const pod = this.#pods.get(podUid)?.pod;
    if (pod === undefined) {
      const unknown = this.#reason();
      if (notice?.pod === undefined) return { ...base, unknown };
      const container = notice.isSandbox ? undefined : containerOfNotice(notice);
      return {
        ...base,
        pod: podOfNotice(notice.pod),
        container,
        isSandbox: notice.isSandbox,
        unknown,
      };
    }
    const container = pod.containers.find((one) => one.id === id);
    if (container !== undefined) return { ...base, pod, container };
    if (notice !== undefined && !notice.isSandbox) {
      const named = pod.containers.find(({ name }) => name === notice.name);
      return { ...base, pod, container: named ? { ...named, id } : containerOfNotice(notice) };
    }
    // When all of its containers have ids, only the one that holds its namespaces is left.
    const isSandbox = notice?.isSandbox ?? pod.containers.every((one) => one.id !== '');
    return { ...base, pod, isSandbox, unknown: isSandbox ? undefined : 'container_pending' };
  }

  #reason(): UnknownReason {
    if (this.#source === undefined) return 'no_pod_source';
    return this.#source.kind === 'stale' ? 'source_stale' : 'pod_pending';
  }

  #boundGone(): void {
    const idle = [...this.#pods].filter(([, entry]) => entry.isGone && entry.containers.size === 0);
    for (const [uid] of idle.slice(0, Math.max(0, idle.length - GONE_PODS_MAX))) {
      this.#pods.delete(uid);
    }
  }
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
