/** A table of workloads on a kernel that is two maps, for tests. */
import {
  type WorkloadSink,
  WorkloadTable,
  type WorkloadTableOptions,
} from '../../../../src/engine/identity/workload-table.ts';
import type { ScopeSubject } from '../../../../src/model/scope.ts';
import type { ContainerWorkload } from '../../../../src/model/workload.ts';

const HOST = 1;
const UNNAMED = 2;
const ROOM = 3;

/** The kernel's side, kept as two maps. */
class FakeKernel implements WorkloadSink {
  readonly shared: WorkloadSink['shared'] = { host: HOST, unnamed: UNNAMED };
  readonly cgroups: Map<bigint, number> = new Map();
  /** Of cgroups, by their ids. */
  readonly parents: Map<bigint, bigint> = new Map();
  readonly subjects: Map<number, ScopeSubject> = new Map();
  #last = 2;

  add(subject: ScopeSubject): number | undefined {
    if (this.subjects.size >= ROOM) return undefined;
    this.#last += 1;
    this.subjects.set(this.#last, subject);
    return this.#last;
  }

  assign(cgroupId: bigint, workload: number): void {
    this.cgroups.set(cgroupId, workload);
  }

  unassign(cgroupId: bigint): void {
    this.cgroups.delete(cgroupId);
  }

  change(workload: number, subject: ScopeSubject): void {
    this.subjects.set(workload, subject);
  }

  release(workload: number): void {
    this.subjects.delete(workload);
  }

  /** What policies see of a cgroup. */
  seenAs(cgroupId: bigint): ScopeSubject | 'host' | 'unnamed' | undefined {
    const workload = this.#workloadOf(cgroupId) ?? 0;
    if (workload === HOST) return 'host';
    return workload === UNNAMED ? 'unnamed' : this.subjects.get(workload);
  }

  /** A cgroup without a row is what the one above it is. */
  #workloadOf(cgroupId: bigint): number | undefined {
    const parent = this.parents.get(cgroupId);
    return this.cgroups.get(cgroupId) ?? (parent ? this.#workloadOf(parent) : undefined);
  }
}

interface TableStage {
  readonly kernel: FakeKernel;
  /** In the order in which they were named. */
  readonly named: readonly ContainerWorkload[];
  readonly table: WorkloadTable;
  make(id: bigint, path: string, parentId?: bigint): void;
}

export function prepareTable(options: Pick<WorkloadTableOptions, 'isNode'> = {}): TableStage {
  const kernel = new FakeKernel();
  const named: ContainerWorkload[] = [];
  const onNamed = (workload: ContainerWorkload): unknown => named.push(workload);
  const table = new WorkloadTable({ sink: kernel, onNamed, ...options });
  const make = (id: bigint, path: string, parentId = 0n): void => {
    kernel.parents.set(id, parentId);
    table.made({ id, parentId, path });
  };
  return { kernel, named, table, make };
}

/** What policies see of the sample container. */
export const WEB: ScopeSubject = {
  kind: 'pod',
  namespace: 'shop',
  labels: { app: 'web' },
  container: { name: 'nginx', repo: 'registry:5000/shop/nginx' },
};
