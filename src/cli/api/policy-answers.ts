/** The answers of the agent's API about policies, read as what they are. */
import {
  ATTACH_METHODS,
  CANARY_RESULTS,
  type HookActivity,
  type HookStatus,
  type PolicyReport,
  type PolicyStatus,
  type SelectorActivity,
} from '../../model/policy.ts';
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

const readKind = readFields<{ readonly kind: HookStatus['kind'] }>({
  kind: readChoice(['attached', 'not_found', 'digest_rejected', 'detached', 'failed']),
});

const readHookStatus: JsonReader<HookStatus> = (value, place) => {
  const { kind } = readKind(value, place);
  switch (kind) {
    case 'attached':
      return readFields<Extract<HookStatus, { kind: 'attached' }>>({
        kind: readChoice(['attached']),
        hook: readString,
        method: readChoice(ATTACH_METHODS),
      })(value, place);
    case 'not_found':
      return readFields<Extract<HookStatus, { kind: 'not_found' }>>({
        kind: readChoice(['not_found']),
        hook: readString,
      })(value, place);
    case 'digest_rejected':
      return readFields<Extract<HookStatus, { kind: 'digest_rejected' }>>({
        kind: readChoice(['digest_rejected']),
        hook: readString,
      })(value, place);
    case 'detached':
      return readFields<Extract<HookStatus, { kind: 'detached' }>>({
        kind: readChoice(['detached']),
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

interface PolicyParts extends Omit<PolicyStatus, 'keepsPrevious'> {
  readonly keepsPrevious: boolean | undefined;
}

const POLICY_READERS = {
  name: readString,
  file: readString,
  state: readChoice(['enabled', 'partially_enabled', 'disabled', 'skipped', 'load_error']),
  mode: readChoice(['enforce', 'monitor', 'monitor_only']),
  hooks: readList(readHookStatus),
  keepsPrevious: readOptional(readChoice([true])),
};

const readPolicyParts = readFields<PolicyParts>(POLICY_READERS);

/** A policy as the answer to a change has it. */
export const readPolicy: JsonReader<PolicyStatus> = (value, place) => {
  const { keepsPrevious, ...rest } = readPolicyParts(value, place);
  return keepsPrevious === undefined ? rest : { ...rest, keepsPrevious };
};

const FIRED_READERS = {
  fired: readNumber,
  lastFired: readString,
  actions: readRecord(readNumber),
};

const readActivity = readFields<HookActivity>({
  hook: readString,
  runs: readNumber,
  canary: readChoice(CANARY_RESULTS),
  ...FIRED_READERS,
  selectors: readList(readFields<SelectorActivity>({ selector: readString, ...FIRED_READERS })),
});

const readActivities = readFields<Pick<PolicyReport, 'activity'>>({
  activity: readList(readActivity),
});

/** Body of GET /v1/policies/NAME. */
export const readReport: JsonReader<PolicyReport> = (value, place) => ({
  ...readPolicy(value, place),
  ...readActivities(value, place),
});

/** Body of GET /v1/policies. */
export const readReports: JsonReader<{ readonly policies: readonly PolicyReport[] }> = readFields<{
  readonly policies: readonly PolicyReport[];
}>({ policies: readList(readReport) });

/** With the diagnostics, the answer to a POST /v1/policies that was accepted. */
export const readPolicies: JsonReader<{ readonly policies: readonly PolicyStatus[] }> = readFields<{
  readonly policies: readonly PolicyStatus[];
}>({ policies: readList(readPolicy) });
