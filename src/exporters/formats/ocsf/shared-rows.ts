/** Rows that all classes of OCSF have, and those of the profiles `host` and `security_control`. */
import { attackIds, techniqueOf } from '../fields/attack-ids.ts';
import { AS_MS, byTable } from '../fields/conversions.ts';
import { type Conversion, constant, type FieldRow, group, value } from '../fields/rows.ts';
import { PRODUCT } from '../product.ts';

/** The version of the schema that is written. */
export const OCSF_VERSION = '1.5.0';

const SEVERITY_IDS = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 } as const;
const SEVERITIES = {
  ...{ informational: 'Informational', low: 'Low', medium: 'Medium' },
  ...{ high: 'High', critical: 'Critical' },
} as const;

/** Each with an id of MITRE ATT&CK. */
export const AS_ATTACKS: Conversion = {
  says: '`tactic.uid`, or `technique.uid` and `sub_technique.uid`, of one id each',
  convert: (found) => {
    const { tactics, techniques, subTechniques } = attackIds(found);
    return [
      ...tactics.map((uid) => ({ tactic: { uid } })),
      ...techniques.map((uid) => ({ technique: { uid } })),
      ...subTechniques.map((uid) => ({
        technique: { uid: techniqueOf(uid) },
        sub_technique: { uid },
      })),
    ];
  },
};

/** Rows that several classes have, by a name. */
export interface SharedRows {
  readonly name: string;
  readonly rows: readonly FieldRow[];
}

const BASE: readonly FieldRow[] = [
  value('time', 'time', AS_MS),
  value('message', 'summary'),
  constant('severity_id', 0),
  value('severity_id', 'message.severity', byTable(SEVERITY_IDS, 0)),
  value('severity', 'message.severity', byTable(SEVERITIES)),
  constant('metadata.version', OCSF_VERSION),
  constant('metadata.product.name', PRODUCT.name),
  constant('metadata.product.vendor_name', PRODUCT.vendor),
  constant('metadata.product.version', PRODUCT.version),
  value('metadata.uid', 'message.id'),
  value('metadata.sequence', 'sequence'),
  value('metadata.event_code', 'deed'),
  value('metadata.correlation_uid', ['finding.fingerprint', 'response.finding']),
];

const DEVICE: FieldRow = group('node', [
  value('device.hostname', 'node'),
  constant('device.type_id', 0),
  constant('device.type', 'Unknown'),
]);

/** Of every record; what OCSF has no attribute for is in `unmapped`. */
export const RECORD: SharedRows = {
  name: 'Every record',
  rows: [
    ...BASE,
    DEVICE,
    value('unmapped.cluster', 'cluster'),
    value('unmapped.namespace', ['pod.namespace', 'message.namespace']),
    value('unmapped.pod', 'pod.name'),
    value('unmapped.workload', 'pod.workload'),
    value('unmapped.workload_kind', 'pod.workload_kind'),
    value('unmapped.login_uid', 'process.login_uid'),
    value('unmapped.signal', 'exit.signal'),
    value('unmapped.function', 'hook.function'),
    value('unmapped.arguments', 'hook.arguments'),
    value('unmapped.policy_message', 'policy.message'),
    value('unmapped.policy_tags', 'policy.tags'),
    value('unmapped.file_mode', 'file.mode'),
    value('unmapped.file_target', 'file.target'),
  ],
};

const ACTION_IDS = {
  ...{ denied: 2, killed: 2, set: 4, not_enforced: 1 },
  ...{ monitored: 3, logged: 3, alerted: 3 },
} as const;
const ACTIONS = {
  ...{ denied: 'Denied', killed: 'Denied', set: 'Modified', not_enforced: 'Allowed' },
  ...{ monitored: 'Observed', logged: 'Observed', alerted: 'Observed' },
} as const;
const DISPOSITION_IDS = {
  ...{ denied: 2, killed: 99, set: 99, not_enforced: 27 },
  ...{ monitored: 15, logged: 17, alerted: 19 },
} as const;
const DISPOSITIONS = {
  ...{ denied: 'Blocked', killed: 'Killed', set: 'Set', not_enforced: 'Error' },
  ...{ monitored: 'Detected', logged: 'Logged', alerted: 'Alert' },
} as const;

/** What a policy did about it. */
export const CONTROL: SharedRows = {
  name: 'Profile `security_control`',
  rows: [
    group('enforcement.outcome', [
      value('action_id', 'enforcement.outcome', byTable(ACTION_IDS, 0)),
      value('action', 'enforcement.outcome', byTable(ACTIONS)),
      value('disposition_id', 'enforcement.outcome', byTable(DISPOSITION_IDS, 0)),
      value('disposition', 'enforcement.outcome', byTable(DISPOSITIONS)),
      value('policy.name', 'policy.name'),
      value('attacks', 'rule.attack', AS_ATTACKS),
    ]),
  ],
};

/** Whether what was done came about, as far as it is known. */
export const STATUS: SharedRows = {
  name: 'Status of what was done',
  rows: [
    value('status_id', 'enforcement.outcome', byTable({ denied: 2 })),
    value('status', 'enforcement.outcome', byTable({ denied: 'Failure' })),
    value('status_code', 'enforcement.error'),
  ],
};
