/** A cluster with one policy, and agents that write its status, in time that a test passes. */
import { StatusWriter } from '../../../src/kubernetes/status/status-writer.ts';
import type { ClusterPolicyStatus } from '../../../src/model/cluster-policy-status.ts';
import { silentLogger } from '../../../src/model/log.ts';
import { ManualTimers } from './manual-timers.ts';
import { PolicyStore } from './policy-store.ts';
import { StoredObjects } from './stored-objects.ts';

/** The policy of the stage. */
export const PLACE = { kind: 'TracingPolicy', namespace: '', name: 'watch-mounts' } as const;
export const MINUTE_MS = 60_000;
const NOW = '2026-03-01T12:00:00Z';

type Fields = Partial<Omit<ClusterPolicyStatus, 'object'>>;

export interface Stage {
  readonly store: PolicyStore;
  readonly objects: StoredObjects;
  readonly timers: ManualTimers;
  readonly writer: StatusWriter;
  readonly warnings: string[];
  /** Another agent at the same server. */
  addNode(node: string): StatusWriter;
  /** A status of the policy as it is in the store. */
  status(fields?: Fields): ClusterPolicyStatus;
}

/** A cluster with one policy, of which this node has heard. */
export function aStage(): Stage {
  const store = new PolicyStore();
  const objects = new StoredObjects(store);
  const timers = new ManualTimers();
  const warnings: string[] = [];
  const logger = {
    ...silentLogger,
    warn: ({ code }: Readonly<Record<string, unknown>>) => void warnings.push(String(code)),
  };
  const addNode = (node: string): StatusWriter =>
    new StatusWriter({ node, objects, timers, logger });
  let object = { ...PLACE, ...store.put(PLACE) };
  return {
    store,
    objects,
    timers,
    warnings,
    addNode,
    writer: addNode('node-a'),
    status: (fields = {}) => {
      const { metadata } = store.read(PLACE).body;
      if (metadata !== undefined) object = { ...object, ...Object(metadata) };
      const { uid, generation } = object;
      return { object: { ...PLACE, uid, generation }, state: 'enabled', hooks: [], ...fields };
    },
  };
}

/** The entry of a node where all is well. */
export function entry(fields: object = {}): object {
  const counts = { observedGeneration: 1, attached: 0, hooks: 0 };
  return { state: 'enabled', lastTransitionTime: NOW, ...counts, ...fields };
}

/** Entries by the name of the node. */
export function nodesIn(store: PolicyStore): unknown {
  return Object(store.statusOf(PLACE)).nodes;
}
