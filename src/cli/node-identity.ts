/** Who the workloads of this node are: cgroups, pods, and events that wait for them. */
import {
  type CgroupView,
  cgroupOfProcess,
  Enricher,
  IdentityError,
  isInScope,
  isSharedCgroup,
  readContainerNotice,
  ScopeRegistry,
  type ScopeRegistryOptions,
  SHARED_WORKLOADS,
  viewCgroups,
  type WorkloadSink,
  WorkloadTable,
  walkCgroups,
} from '../engine/index.ts';
import type { AnnouncedContainer } from '../model/agent-api.ts';
import type { Logger } from '../model/log.ts';
import type { Publisher } from '../model/pipeline.ts';
import type { ContainerNotice } from '../model/pod.ts';
import type { PolicyScope } from '../model/scope.ts';
import type { WorkloadStats } from '../model/stats.ts';
import type { ContainerWorkload } from '../model/workload.ts';

/** How long a container waits for its pod before it starts; less than what its runtime waits. */
const ANNOUNCE_WAIT_MS = 1_500;

/** How often cgroups are read again if some were missed: records of them can be lost. */
const REPAIR_MS = 5_000;

/** Part of the time that reading them may take, however many there are that nobody can keep. */
const REPAIR_SHARE_MAX = 0.02;

export interface NodeIdentityOptions extends ScopeRegistryOptions {
  /** Where events go when they have waited. */
  readonly next: Publisher;
  readonly logger: Logger;
}

/** Identity of one node; close lets go of events that wait. */
export class NodeIdentity {
  readonly scopes: ScopeRegistry;
  readonly table: WorkloadTable;
  readonly enricher: Enricher;
  readonly #logger: Logger;
  readonly #cgroups: CgroupView | undefined = viewCgroups();
  /** Told when their container is named, by its id. */
  readonly #waiting = new Map<string, () => void>();
  #repair: NodeJS.Timeout | undefined;
  #missed = 0;
  #repairAfterMs = 0;

  constructor({ next, logger, ...scopes }: NodeIdentityOptions) {
    this.#logger = logger;
    this.scopes = new ScopeRegistry(scopes);
    this.table = new WorkloadTable({
      sink: sinkOf(this.scopes, logger),
      onNamed: (workload) => {
        this.enricher.named(workload);
        if (workload.unknown !== 'pod_pending') this.#waiting.get(workload.containerId)?.();
      },
      isNode: this.#cgroups?.isNode,
    });
    this.enricher = new Enricher({ next, workloads: this.table });
  }

  /** Takes in the cgroups that there are; call it when those that are made are reported already. */
  start(): void {
    if (this.#cgroups === undefined) {
      const message =
        'the cgroups of the machine cannot be seen: containers and services are not known';
      this.#logger.warn({}, message);
      return;
    }
    this.#walk(this.#cgroups);
    this.#repair = setInterval(() => this.#repairMissed(), REPAIR_MS);
    this.#repair.unref();
  }

  /**
   * A runtime says who a container is, by its OCI state, before anything runs in it. Resolves when
   * the labels of its pod are known, or will not be soon. Throws a CodedError.
   */
  async announce(state: unknown): Promise<AnnouncedContainer> {
    const { containerId, pod, unknown } = await this.#announce(readContainerNotice(state));
    const name = pod === undefined ? '' : `${pod.namespace}/${pod.name}`;
    return { id: containerId, pod: name, unknown: unknown ?? '' };
  }

  async #announce(notice: ContainerNotice): Promise<ContainerWorkload> {
    const { mount } = this.#cgroups ?? {};
    const cgroup = mount && cgroupOfProcess(notice.pid, mount);
    if (!cgroup) {
      const message = `process ${notice.pid} has no cgroup here`;
      throw new IdentityError('ENGINE_CONTAINER_UNKNOWN', message);
    }
    if (isSharedCgroup(notice.pid, cgroup, mount)) {
      const message = `process ${notice.pid} shares its cgroup ${cgroup.path} with others`;
      throw new IdentityError('ENGINE_CONTAINER_UNKNOWN', message);
    }
    const workload = this.table.announce(notice, cgroup);
    if (workload.unknown !== 'pod_pending') return workload;
    await this.#named(workload.containerId);
    return this.table.announce(notice, cgroup);
  }

  #named(containerId: string): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(containerId);
        resolve();
      };
      const timer = setTimeout(end, ANNOUNCE_WAIT_MS);
      this.#waiting.set(containerId, end);
    });
  }

  /** Undefined when the scope is not about pods. */
  matchedPods(scope: PolicyScope | undefined): number | undefined {
    const { namespace, pods, containers } = scope ?? {};
    if (scope === undefined || !(namespace || pods || containers)) return undefined;
    return this.table.podsThat((subject) => isInScope(scope, subject));
  }

  stats(): WorkloadStats {
    return { ...this.table.counts(), ...this.enricher.counts() };
  }

  close(): void {
    clearInterval(this.#repair);
    this.enricher.close();
  }

  #walk({ mount }: CgroupView): void {
    const startMs = performance.now();
    this.table.replace(walkCgroups(mount));
    const endMs = performance.now();
    this.#repairAfterMs = endMs + (endMs - startMs) / REPAIR_SHARE_MAX;
  }

  #repairMissed(): void {
    const { unknownLookups } = this.table.counts();
    if (unknownLookups === this.#missed || this.#cgroups === undefined) return;
    if (performance.now() < this.#repairAfterMs) return;
    this.#walk(this.#cgroups);
    this.#missed = unknownLookups;
  }
}

function sinkOf(scopes: ScopeRegistry, logger: Logger): WorkloadSink {
  let isFull = false;
  return {
    shared: SHARED_WORKLOADS,
    add: (subject, cgroupId) => {
      try {
        return scopes.add(subject, cgroupId);
      } catch (error) {
        if (!isFull) logger.error({ error }, 'a container is in no scope; later ones are counted');
        isFull = true;
        return undefined;
      }
    },
    assign: (cgroupId, workload) => {
      try {
        scopes.assign(cgroupId, workload);
      } catch (error) {
        // It is what the one above it is, then.
        if (!isFull) logger.error({ error }, 'a cgroup has no place in the kernel');
        isFull = true;
      }
    },
    unassign: (cgroupId) => scopes.unassign(cgroupId),
    change: (workload, subject) => scopes.change(workload, subject),
    release: (workload) => scopes.release(workload),
  };
}
