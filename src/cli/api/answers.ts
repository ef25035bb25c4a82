/** The answers of the agent's API, read as what they are. */
import type { Diagnostic, SourceLocation } from '../../model/diagnostic.ts';
import type {
  AgentStats,
  ClusterState,
  DetectionStats,
  HookCount,
  LossCount,
  ProcessCacheCount,
  RefusedReload,
  ResponseStats,
  RuleReloadStats,
  WorkloadStats,
} from '../../model/stats.ts';
import { readDelivery } from './delivery-answers.ts';
import {
  type JsonReader,
  readChoice,
  readFields,
  readList,
  readNumber,
  readOptional,
  readRecord,
  readString,
} from './read-json.ts';

const readLoss = readFields<LossCount>({
  reason: readChoice(['ring_full', 'scratch_busy', 'state_failed']),
  recordKind: readChoice(['exec', 'fork', 'exit', 'hook', 'loader', 'cgroup', 'dns']),
  hook: readString,
  cgroupId: readString,
  count: readNumber,
});

const readHookCount = readFields<HookCount>({
  hook: readString,
  method: readString,
  policies: readList(readString),
  selectors: readNumber,
  runs: readNumber,
  matched: readNumber,
  posted: readNumber,
  signalled: readNumber,
  overridden: readNumber,
  set: readNumber,
  runTimeNs: readNumber,
  missed: readNumber,
});

const readProcesses = readFields<ProcessCacheCount>({
  live: readNumber,
  retained: readNumber,
  capacity: readNumber,
  evicted: readNumber,
  unknownLookups: readNumber,
});

const readWorkloads = readFields<WorkloadStats>({
  cgroups: readNumber,
  containers: readNumber,
  pods: readNumber,
  unnamed: readNumber,
  unknownLookups: readNumber,
  refused: readNumber,
  held: readNumber,
  named: readNumber,
  expired: readNumber,
  overflowed: readNumber,
  amended: readNumber,
});

const readCluster = readFields<ClusterState>({
  what: readString,
  state: readChoice(['starting', 'fresh', 'stale']),
  since: readOptional(readString),
  reason: readOptional(readString),
});

const readDetector = readFields<DetectionStats['detectors'][number]>({
  id: readString,
  state: readChoice(['running', 'disabled']),
  reason: readString,
  events: readNumber,
  findings: readNumber,
  suppressed: readNumber,
  errors: readNumber,
  skipped: readNumber,
  dropped: readNumber,
  evicted: readNumber,
});

const readDetections = readFields<DetectionStats>({
  rules: readNumber,
  reloads: readFields<RuleReloadStats>({
    loadedAt: readString,
    taken: readNumber,
    refused: readNumber,
    lastRefused: readOptional(readFields<RefusedReload>({ at: readString, reason: readString })),
  }),
  events: readNumber,
  findings: readNumber,
  responses: readFields<ResponseStats>({
    enforced: readNumber,
    notEnforced: readNumber,
    dryRuns: readNumber,
    repeated: readNumber,
    pending: readNumber,
  }),
  suppressed: readList(
    readFields<DetectionStats['suppressed'][number]>({ rule: readString, count: readNumber }),
  ),
  correlations: readFields<DetectionStats['correlations']>({
    groups: readNumber,
    evicted: readNumber,
    dropped: readNumber,
    ungrouped: readNumber,
    restored: readNumber,
    discarded: readNumber,
    unsaved: readNumber,
    late: readNumber,
  }),
  detectors: readList(readDetector),
  unloaded: readList(
    readFields<DetectionStats['unloaded'][number]>({ file: readString, reason: readString }),
  ),
  sources: readList(
    readFields<DetectionStats['sources'][number]>({
      source: readString,
      way: readString,
      reason: readString,
    }),
  ),
});

/** Body of GET /v1/status. */
export const readStats: JsonReader<AgentStats> = readFields<AgentStats>({
  startedAt: readString,
  received: readNumber,
  decoded: readNumber,
  rejected: readRecord(readNumber),
  published: readNumber,
  events: readRecord(readNumber),
  missed: readNumber,
  lastSequence: readNumber,
  missingSequences: readNumber,
  lost: readList(readLoss),
  counters: readRecord(readNumber),
  hooks: readList(readHookCount),
  processes: readProcesses,
  workloads: readWorkloads,
  cluster: readList(readCluster),
  detections: readOptional(readDetections),
  delivery: readOptional(readDelivery),
  rssBytes: readNumber,
});

interface DiagnosticParts extends Omit<Diagnostic, 'hint'> {
  readonly hint: string | undefined;
}

const readDiagnosticParts = readFields<DiagnosticParts>({
  code: readString,
  severity: readChoice(['error', 'warning']),
  message: readString,
  hint: readOptional(readString),
  location: readFields<SourceLocation>({
    file: readString,
    line: readNumber,
    column: readNumber,
    start: readNumber,
    end: readNumber,
  }),
});

const readDiagnostic: JsonReader<Diagnostic> = (value, place) => {
  const { hint, ...rest } = readDiagnosticParts(value, place);
  return hint === undefined ? rest : { ...rest, hint };
};

/** The diagnostics in an answer to POST /v1/policies or /v1/rules/reload, accepted or not. */
export const readDiagnostics: JsonReader<{ readonly diagnostics: readonly Diagnostic[] }> =
  readFields<{ readonly diagnostics: readonly Diagnostic[] }>({
    diagnostics: readList(readDiagnostic),
  });

/** How much is in force, of an answer to POST /v1/rules/reload. */
export const readLoadedRules: JsonReader<{ readonly rules: number; readonly detectors: number }> =
  readFields<{ readonly rules: number; readonly detectors: number }>({
    rules: readNumber,
    detectors: readNumber,
  });

/** Body of GET /v1/version. */
export const readVersion: JsonReader<{ readonly version: string }> = readFields<{
  readonly version: string;
}>({ version: readString });
