/** Which workload a cgroup belongs to, for events and for the scopes of policies. */
import type { CgroupFacts, WorkloadDirectory } from '../../model/pipeline.ts';
import type { ContainerNotice, Pod, PodListener, SourceState } from '../../model/pod.ts';
import type { ScopeSubject } from '../../model/scope.ts';
import type { ContainerWorkload, Workload } from '../../model/workload.ts';
import { type CgroupPlace, type NodeTest, placeOfCgroup } from './cgroup-path.ts';
import { type Container, ContainerTable } from './container-table.ts';
import { Crowds } from './crowds.ts';
import { subjectOf } from './scope-subject.ts';

/** Cgroups that are gone, kept for events that come late; the oldest go first. */
const GONE_CGROUPS_MAX = 8192;

/** As many as the kernel follows; see limits.h. */
const CGROUPS_MAX = 65_536;

/** The kernel's side: cgroups have workloads, and workloads are in scopes. */
export interface WorkloadSink {
  readonly shared: { readonly host: number; readonly unnamed: number };
  /** With the id of its first cgroup. Undefined when there is no room; then it stays unnamed. */
  add(subject: ScopeSubject, cgroupId: bigint): number | undefined;
  assign(cgroupId: bigint, workload: number): void;
  /** It is gone. */
  unassign(cgroupId: bigint): void;
  change(workload: number, subject: ScopeSubject): void;
  release(workload: number): void;
}

interface Cgroup {
  readonly id: bigint;
  readonly container: Container | undefined;
  /** Of other cgroups. */
  readonly workload: Workload;
  /** Who is counted for it; empty for those of the machine itself. */
  readonly crowd: string;
  isGone: boolean;
}

/** A container in the kernel. */
interface Placement {
  number: number | undefined;
  /** In the order in which they were made: those above before those below them. */
  readonly cgroups: Set<Cgroup>;
  /** Not gone. */
  live: number;
}

export interface WorkloadTableOptions {
  readonly sink: WorkloadSink;
  /** Is told of a container of which more is known than before. */
  readonly onNamed?: (workload: ContainerWorkload) => void;
  /** Default: no container is. */
  readonly isNode?: NodeTest | undefined;
}

/** Totals, and what there is now. */
export interface WorkloadCounts {
  readonly cgroups: number;
  readonly containers: number;
  readonly pods: number;
  /** Containers of pods that nobody has named. */
  readonly unnamed: number;
  /** Look-ups of cgroups that are not known. */
  readonly unknownLookups: number;
  /** Cgroups that were too many. */
  readonly refused: number;
}

const UNKNOWN: Workload = { kind: 'unknown', unknown: 'cgroup_unknown' };
const HOST: Workload = { kind: 'host' };

/** Follows the cgroups of the node and the pods of Kubernetes. All answers are immediate. */
export class WorkloadTable implements PodListener, WorkloadDirectory {
  readonly #sink: WorkloadSink;
  readonly #isNode: NodeTest;
  readonly #containers: ContainerTable;
  readonly #cgroups = new Map<bigint, Cgroup>();
  readonly #placements = new Map<Container, Placement>();
  readonly #gone: Cgroup[] = [];
  readonly #services = new Map<string, Workload>();
  readonly #crowds = new Crowds();
  #unknownLookups = 0;
  #refused = 0;

  constructor({ sink, onNamed, isNode = () => false }: WorkloadTableOptions) {
    this.#sink = sink;
    this.#isNode = isNode;
    this.#containers = new ContainerTable((container) => {
      this.#place(container);
      onNamed?.(container.workload);
    });
  }

  /** Whom a cgroup belongs to, also when it is gone a moment ago. */
  of(cgroupId: bigint): Workload {
    const cgroup = this.#cgroups.get(cgroupId);
    if (cgroup === undefined) {
      this.#unknownLookups += 1;
      return UNKNOWN;
    }
    return cgroup.container?.workload ?? cgroup.workload;
  }

  /** Takes in a cgroup that was made; one that is known stays as it is. */
  made(facts: CgroupFacts): void {
    if (!this.#cgroups.has(facts.id)) this.#insert(facts, this.#placeOf(facts));
  }

  /** Takes in the cgroups that there are; those that are not among them went unseen. */
  replace(found: readonly CgroupFacts[]): void {
    const there = new Set(found.map(({ id }) => id));
    for (const cgroup of this.#cgroups.values()) {
      if (!cgroup.isGone && !there.has(cgroup.id)) this.removed(cgroup.id);
    }
    for (const cgroup of found) this.made(cgroup);
  }

  /** Nobody is in it any more; it stays resolvable for events that are still to come. */
  removed(id: bigint): void {
    const cgroup = this.#cgroups.get(id);
    if (cgroup === undefined || cgroup.isGone) return;
    cgroup.isGone = true;
    this.#gone.push(cgroup);
    this.#sink.unassign(id);
    this.#crowds.leave(cgroup.crowd);
    if (cgroup.container !== undefined) this.#leave(cgroup.container);
    // In one go, as taking one from the front of a long array costs its length.
    if (this.#gone.length >= 2 * GONE_CGROUPS_MAX) {
      for (const old of this.#gone.splice(0, GONE_CGROUPS_MAX)) this.#forget(old);
    }
  }

  /** A runtime says who a container is whose first cgroup is that. */
  announce(notice: ContainerNotice, facts: CgroupFacts): ContainerWorkload {
    const place = this.#placeOf(facts);
    const podUid = notice.pod?.uid ?? '';
    const named =
      place.kind === 'container'
        ? place
        : ({ kind: 'container', containerId: notice.id, runtime: '', podUid } as const);
    const container = this.#containers.at(named, notice);
    const known = this.#cgroups.get(facts.id);
    if (known === undefined) this.#insert(facts, named);
    else if (known.container === undefined && !known.isGone) this.#adopt(known, container);
    // Nothing would ever let go of one without a cgroup.
    if (!this.#placements.has(container)) this.#containers.forget(container);
    return container.workload;
  }

  replacePods(pods: readonly Pod[]): void {
    this.#containers.replacePods(pods);
  }

  setPod(pod: Pod): void {
    this.#containers.setPod(pod);
  }

  removePod(uid: string): void {
    this.#containers.removePod(uid);
  }

  /** What the source of pods says of itself; without one nobody waits for pods. */
  setSource(state: SourceState): void {
    this.#containers.setSource(state);
  }

  /** Pods that have a container here which the kernel takes for such a subject. */
  podsThat(holds: (subject: ScopeSubject) => boolean): number {
    const uids = [...this.#placements.keys()]
      .filter(({ workload }) => workload.pod !== undefined && holds(subjectOf(workload)))
      .map(({ podUid }) => podUid);
    return new Set(uids).size;
  }

  counts(): WorkloadCounts {
    const containers = [...this.#placements.keys()];
    return {
      cgroups: this.#cgroups.size,
      ...this.#containers.counts,
      unnamed: containers.filter(({ workload }) => workload.unknown !== undefined).length,
      unknownLookups: this.#unknownLookups,
      refused: this.#refused,
    };
  }

  /** What is below a container is of it, whatever its path looks like. */
  #placeOf({ parentId, path }: CgroupFacts): CgroupPlace {
    const above = this.#cgroups.get(parentId)?.container;
    if (above === undefined || this.#isNode(above.id)) return placeOfCgroup(path, this.#isNode);
    const { id: containerId, runtime, podUid } = above;
    return { kind: 'container', containerId, runtime, podUid };
  }

  #insert({ id, path }: CgroupFacts, place: CgroupPlace): void {
    const crowd = this.#crowds.of(path, place);
    const isFull = this.#cgroups.size >= CGROUPS_MAX + GONE_CGROUPS_MAX;
    if (isFull || !this.#crowds.join(crowd)) {
      this.#refused += 1;
      return;
    }
    const base = { id, crowd, isGone: false };
    if (place.kind === 'container') {
      const container = this.#containers.at(place);
      const cgroup: Cgroup = { ...base, container, workload: HOST };
      this.#cgroups.set(id, cgroup);
      this.#join(container, cgroup);
      return;
    }
    const { host, unnamed } = this.#sink.shared;
    this.#cgroups.set(id, { ...base, container: undefined, workload: this.#name(place) });
    this.#sink.assign(id, place.kind === 'pods' ? unnamed : host);
  }

  /** Nothing in its path said that it is a container's. */
  #adopt(known: Cgroup, container: Container): void {
    const cgroup: Cgroup = { ...known, container };
    this.#cgroups.set(known.id, cgroup);
    this.#join(container, cgroup);
  }

  #join(container: Container, cgroup: Cgroup): void {
    const placement = this.#placements.get(container);
    if (placement === undefined) {
      this.#placements.set(container, { number: undefined, cgroups: new Set([cgroup]), live: 1 });
      this.#place(container);
      return;
    }
    placement.cgroups.add(cgroup);
    placement.live += 1;
    container.isGone = false;
    this.#assign(placement, cgroup, this.#numberOf(container, placement));
  }

  #leave(container: Container): void {
    const placement = this.#placements.get(container);
    if (placement === undefined) return;
    placement.live -= 1;
    container.isGone = placement.live === 0;
    if (!container.isGone || placement.number === undefined) return;
    this.#sink.release(placement.number);
    placement.number = undefined;
  }

  /** Tells the kernel who a container is. */
  #place(container: Container): void {
    const placement = this.#placements.get(container);
    if (placement === undefined) return;
    if (placement.number !== undefined) {
      this.#sink.change(placement.number, subjectOf(container.workload));
      return;
    }
    const number = this.#numberOf(container, placement);
    for (const cgroup of placement.cgroups) {
      if (!cgroup.isGone) this.#assign(placement, cgroup, number);
    }
  }

  /** Those below the first go with it, which may still be named in the kernel by another agent. */
  #assign({ cgroups }: Placement, cgroup: Cgroup, number: number): void {
    const [first] = cgroups;
    if (number === this.#sink.shared.unnamed && cgroup !== first) return;
    this.#sink.assign(cgroup.id, number);
  }

  #numberOf(container: Container, placement: Placement): number {
    if (placement.number !== undefined) return placement.number;
    const { host, unnamed } = this.#sink.shared;
    const subject = subjectOf(container.workload);
    if (subject.kind === 'host') return host;
    const first = [...placement.cgroups].find((cgroup) => !cgroup.isGone);
    if (subject.kind === 'unnamed' || first === undefined) return unnamed;
    placement.number = this.#sink.add(subject, first.id);
    if (placement.number === undefined) this.#refused += 1;
    return placement.number ?? unnamed;
  }

  /** Services have few names; one object stands for all cgroups of one. */
  #name(place: CgroupPlace): Workload {
    if (place.kind !== 'service') return HOST;
    const known = this.#services.get(place.name);
    if (known !== undefined) return known;
    const workload: Workload = { kind: 'service', name: place.name };
    // Sessions get new names for as long as the machine runs.
    if (this.#services.size >= GONE_CGROUPS_MAX) this.#services.clear();
    this.#services.set(place.name, workload);
    return workload;
  }

  #forget(cgroup: Cgroup): void {
    if (this.#cgroups.get(cgroup.id) === cgroup) this.#cgroups.delete(cgroup.id);
    const { container } = cgroup;
    const placement = container && this.#placements.get(container);
    if (container === undefined || placement === undefined) return;
    placement.cgroups.delete(cgroup);
    if (placement.cgroups.size > 0) return;
    this.#placements.delete(container);
    this.#containers.forget(container);
  }
}
