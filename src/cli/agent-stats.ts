/** Gathers the numbers the agent keeps about itself. */
import {
  type BaseSensor,
  countMissing,
  LOSS_REASON,
  type Pipeline,
  type PolicySensors,
  type ProcessTable,
  RECORD_KIND,
} from '../engine/index.ts';
import type { RequestQueue } from '../exporters/index.ts';
import type { AgentStats, LossCount } from '../model/stats.ts';

/** Parts of a running agent that count something. */
export interface CountedParts {
  readonly base: BaseSensor;
  readonly pipeline: Pipeline;
  readonly policies: PolicySensors;
  readonly processes: ProcessTable;
  readonly requests: RequestQueue;
  readonly startedAt: Date;
}

const REASONS: Readonly<Record<number, LossCount['reason']>> = {
  [LOSS_REASON.RING_FULL]: 'ring_full',
  [LOSS_REASON.SCRATCH_BUSY]: 'scratch_busy',
  [LOSS_REASON.STATE]: 'state_failed',
};

const KINDS: Readonly<Record<number, LossCount['recordKind']>> = {
  [RECORD_KIND.EXEC]: 'exec',
  [RECORD_KIND.FORK]: 'fork',
  [RECORD_KIND.EXIT]: 'exit',
  [RECORD_KIND.HOOK]: 'hook',
};

export function gatherStats(parts: CountedParts): AgentStats {
  const { base, pipeline, policies, processes } = parts;
  const { received, decoded, rejected, published, ...others } = pipeline.counts();
  const { publishFailures, seeded, inherited } = others;
  const { sent, failed, dropped } = parts.requests.counts();
  const lost = lossCounts(parts);
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
    rssBytes: process.memoryUsage.rss(),
  };
}

function lossCounts({ base, policies }: CountedParts): readonly LossCount[] {
  return base.losses().map(({ reason, recordKind, hookId, cgroupId, count }) => ({
    reason: REASONS[reason] ?? 'ring_full',
    recordKind: KINDS[recordKind] ?? 'hook',
    hook: policies.register.nameOf(hookId),
    cgroupId: String(cgroupId),
    count,
  }));
}
