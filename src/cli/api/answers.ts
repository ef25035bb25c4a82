/** The answers of the agent's API, read as what they are. */
import type { Diagnostic, SourceLocation } from '../../model/diagnostic.ts';
import type { HookStatus, PolicyStatus } from '../../model/policy.ts';
import type { AgentStats, HookCount, LossCount, ProcessCacheCount } from '../../model/stats.ts';
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
  recordKind: readChoice(['exec', 'fork', 'exit', 'hook']),
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

/** Body of GET /v1/status. */
export const readStats: JsonReader<AgentStats> = readFields<AgentStats>({
  startedAt: readString,
  received: readNumber,
  decoded: readNumber,
  rejected: readRecord(readNumber),
  published: readNumber,
  lastSequence: readNumber,
  missingSequences: readNumber,
  lost: readList(readLoss),
  counters: readRecord(readNumber),
  hooks: readList(readHookCount),
  processes: readProcesses,
  rssBytes: readNumber,
});

const readKind = readFields<{ readonly kind: HookStatus['kind'] }>({
  kind: readChoice(['attached', 'not_found', 'failed']),
});

const readHookStatus: JsonReader<HookStatus> = (value, place) => {
  const { kind } = readKind(value, place);
  switch (kind) {
    case 'attached':
      return readFields<Extract<HookStatus, { kind: 'attached' }>>({
        kind: readChoice(['attached']),
        hook: readString,
        method: readChoice(['fentry', 'kprobe', 'fmod_ret', 'lsm', 'sys_enter']),
      })(value, place);
    case 'not_found':
      return readFields<Extract<HookStatus, { kind: 'not_found' }>>({
        kind: readChoice(['not_found']),
        hook: readString,
      })(value, place);
    case 'failed':
      return readFields<Extract<HookStatus, { kind: 'failed' }>>({
        kind: readChoice(['failed']),
        hook: readString,
        code: readString,
        reason: readString,
      })(value, place);
  }
};

const readPolicy = readFields<PolicyStatus>({
  name: readString,
  file: readString,
  state: readChoice(['enabled', 'partially_enabled', 'load_error']),
  hooks: readList(readHookStatus),
});

/** Body of GET /v1/policies; with the diagnostics, of a POST that was accepted. */
export const readPolicies: JsonReader<{ readonly policies: readonly PolicyStatus[] }> = readFields<{
  readonly policies: readonly PolicyStatus[];
}>({ policies: readList(readPolicy) });

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

/** The diagnostics in an answer to POST /v1/policies, accepted or not. */
export const readDiagnostics: JsonReader<{ readonly diagnostics: readonly Diagnostic[] }> =
  readFields<{ readonly diagnostics: readonly Diagnostic[] }>({
    diagnostics: readList(readDiagnostic),
  });

/** Body of GET /v1/version. */
export const readVersion: JsonReader<{ readonly version: string }> = readFields<{
  readonly version: string;
}>({ version: readString });
