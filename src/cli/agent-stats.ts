/** Gathers the numbers the agent keeps about itself. */
import {
  type BaseSensor,
  countMissing,
  nameLosses,
  type Pipeline,
  type PolicySensors,
  type ProcessTable,
} from '../engine/index.ts';
import type { RequestQueue } from '../exporters/index.ts';
import type { AgentStats } from '../model/stats.ts';
import type { AgentDetections } from './agent-detections.ts';
import type { Cluster } from './cluster.ts';
import type { LineHub } from './line-hub.ts';
import type { NodeIdentity } from './node-identity.ts';

/** Parts of a running agent that count something. */
export interface CountedParts {
  readonly base: BaseSensor;
  readonly hub: LineHub;
  readonly pipeline: Pipeline;
  readonly policies: PolicySensors;
  readonly processes: ProcessTable;
  readonly requests: RequestQueue;
  readonly identity: NodeIdentity;
  readonly cluster?: Cluster | undefined;
  readonly detections: AgentDetections;
  readonly startedAt: Date;
}

export function gatherStats(parts: CountedParts): AgentStats {
  const { base, pipeline, policies, processes } = parts;
  const { received, decoded, rejected, published, ...others } = pipeline.counts();
  const { publishFailures, seeded, inherited } = others;
  const { sent, failed, dropped } = parts.requests.counts();
  const lost = nameLosses(base.losses(), (hookId) => policies.register.nameOf(hookId));
  // Read last: what comes in between is on its way, and not missing.
  const lastSequence = base.lastSequence();
  const ringFull = lost
    .filter(({ reason }) => reason === 'ring_full')
    .reduce((sum, { count }) => sum + count, 0);
  return {
    startedAt: parts.startedAt.toISOString(),
    received,
    decoded,
    rejected,
    published,
    events: parts.hub.counts(),
    missed: parts.hub.missed,
    lastSequence,
    missingSequences: countMissing({
      last: lastSequence,
      first: base.firstSequence,
      received: received - inherited,
      ringFull: ringFull - base.firstLost,
    }),
    lost,
    counters: {
      ...base.counters(),
      ...{ publishFailures, seeded, inherited },
      ...{ requestsSent: sent, requestsFailed: failed, requestsDropped: dropped },
    },
    hooks: policies.counts(),
    processes: processes.counts(),
    workloads: parts.identity.stats(),
    cluster: parts.cluster?.states() ?? [],
    detections: parts.detections.stats(),
    rssBytes: process.memoryUsage.rss(),
  };
}
