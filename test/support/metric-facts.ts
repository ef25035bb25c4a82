/** What an agent with everything says of itself. */
import type { MetricFacts } from '../../src/metrics/index.ts';
import type { DeliveryCounts } from '../../src/model/delivery-stats.ts';
import type { DetectionStats } from '../../src/model/stats.ts';
import { KERNEL, POLICIES, STATS } from '../unit/server/fake-agent.ts';

const DETECTIONS: DetectionStats = {
  reloads: {
    ...{ loadedAt: '2026-01-02T03:05:00.000Z', taken: 3, refused: 2 },
    lastRefused: { at: '2026-01-02T04:00:00.000Z', reason: 'a.yaml:1:1: a mistake' },
  },
  ...{ rules: 14, events: 900, findings: 6 },
  responses: { enforced: 2, notEnforced: 1, dryRuns: 3, repeated: 4, pending: 1 },
  suppressed: [{ rule: 'noisy "rule"', count: 41 }],
  correlations: {
    ...{ groups: 5, evicted: 1, dropped: 2, ungrouped: 3, late: 4 },
    ...{ restored: 6, discarded: 7, unsaved: 8 },
  },
  detectors: [
    {
      ...{ id: 'beacon', state: 'running', reason: '', events: 70, findings: 2 },
      ...{ suppressed: 1, errors: 0, skipped: 3, dropped: 4, evicted: 5 },
    },
    {
      ...{ id: 'broken', state: 'disabled', reason: 'it threw', events: 1, findings: 0 },
      ...{ suppressed: 0, errors: 9, skipped: 0, dropped: 0, evicted: 0 },
    },
  ],
  unloaded: [{ file: 'bad.ts', reason: 'no default export' }],
  sources: [{ source: 'file.open', way: 'lsm', reason: '' }],
};

export const DELIVERY: DeliveryCounts = {
  spool: {
    ...{ appended: 5000, tornTails: 1, damagedSegments: 0, bytes: 81_920, ageMs: 2500 },
    dropped: { bytes: 10, age: 0, disk: 3, buffer: 0, damage: 1 },
  },
  outbox: { dropped: 2, damaged: 1, failure: 'disk full' },
  suppressed: 17,
  sinks: {
    siem: {
      ...{ state: 'working', breaker: 'closed', delivered: 900, duplicates: 4, retried: 6 },
      ...{ dead: 1, waiting: 3, inFlight: 2, lagMs: 1500, lost: 5, reason: '' },
    },
    pager: {
      ...{ state: 'failing', breaker: 'open', delivered: 0, duplicates: 0, retried: 30 },
      ...{ dead: 0, waiting: 7, inFlight: 0, lagMs: 60_000, lost: 0, reason: 'HTTP 503' },
    },
  },
};

/** Without rules and destinations. */
export const PLAIN_FACTS: MetricFacts = {
  version: '1.2.3',
  kernel: { ...KERNEL, missingPrivileges: ['CAP_SYS_RESOURCE'] },
  stats: STATS,
  policies: POLICIES,
};

export const FULL_FACTS: MetricFacts = {
  ...PLAIN_FACTS,
  stats: { ...STATS, detections: DETECTIONS, delivery: DELIVERY },
};
