/** The processes that the agent knows, as its events name them. */
import type { ProcessTable } from '../engine/index.ts';
import type { EventEncoder } from '../exporters/index.ts';
import type { KnownProcess } from '../model/agent-api.ts';
import type { NodeIdentity } from './node-identity.ts';

interface Parts {
  readonly processes: ProcessTable;
  readonly identity: NodeIdentity;
}

/** With the pods that their cgroups are of now. */
export function listProcesses(
  { processes, identity }: Parts,
  encoder: EventEncoder,
): readonly KnownProcess[] {
  return processes.list().map(({ process, exited }) => {
    const workload = identity.table.of(process.cgroupId);
    return { json: encoder.encodeProcess(process, workload), isRunning: !exited };
  });
}
