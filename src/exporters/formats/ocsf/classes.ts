/** Classes of OCSF with the rows of each. */
import { AS_LIST, AS_MS, AS_TEXT, byTable } from '../fields/conversions.ts';
import { type Conversion, constant, type FieldRow, group, object, value } from '../fields/rows.ts';
import type { SourceName } from '../reading/sources.ts';
import { ANSWERS, CONNECTION_ROWS, QUERY } from './network-rows.ts';
import {
  CONTAINER,
  FILE as FILE_OBJECT,
  PARENT,
  PROCESS as PROCESS_OBJECT,
  TARGET,
} from './objects.ts';
import { AS_ATTACKS, CONTROL, RECORD, type SharedRows, STATUS } from './shared-rows.ts';

export interface OcsfClass {
  readonly uid: number;
  readonly name: string;
  readonly category: { readonly uid: number; readonly name: string };
  /** For the reference, where a class has several tables. */
  readonly about: string;
  /** Of each list, one has to be there; a record without is one of the base class. */
  readonly needs: readonly (readonly SourceName[])[];
  /** Those that other classes have as well. */
  readonly shared: readonly SharedRows[];
  readonly rows: readonly FieldRow[];
}

export type ClassName =
  | 'base'
  | 'launch'
  | 'process'
  | 'other_process'
  | 'file'
  | 'rename'
  | 'network'
  | 'dns'
  | 'finding'
  | 'remediation';

const SYSTEM = { uid: 1, name: 'System Activity' } as const;
const NETWORK = { uid: 4, name: 'Network Activity' } as const;
const PROCESS = { uid: 1007, name: 'Process Activity', category: SYSTEM } as const;
const FILE = { uid: 1001, name: 'File System Activity', category: SYSTEM } as const;

const EVENT: readonly SharedRows[] = [RECORD, CONTROL, STATUS];
const ACTOR: FieldRow = object('actor.process', PROCESS_OBJECT);
const IDENTITY: readonly SourceName[] = ['process.pid', 'process.exec_id'];

const LAUNCH: OcsfClass = {
  ...PROCESS,
  about: 'a process executed a file',
  needs: [IDENTITY, ['parent.pid', 'parent.exec_id', 'parent.uid', 'process.uid'], ['node']],
  shared: EVENT,
  rows: [
    object('process', PROCESS_OBJECT),
    object('actor.process', PARENT),
    value('actor.user.uid', ['parent.uid', 'process.uid'], AS_TEXT),
  ],
};

const ENDED: OcsfClass = {
  ...PROCESS,
  about: 'a process ended, or took other credentials',
  needs: [IDENTITY, ['node']],
  shared: EVENT,
  rows: [object('process', PROCESS_OBJECT), ACTOR, value('exit_code', 'exit.status')],
};

const OTHER: OcsfClass = {
  ...PROCESS,
  about: 'a process did something to another one',
  needs: [IDENTITY, ['target.pid'], ['node']],
  shared: EVENT,
  rows: [object('process', TARGET), ACTOR],
};

const RENAME: OcsfClass = {
  ...FILE,
  about: 'a file was renamed',
  needs: [IDENTITY, ['file.name'], ['file.old_path'], ['node']],
  shared: EVENT,
  rows: [
    ACTOR,
    value('file.name', 'file.old_path', {
      says: 'its last part',
      convert: (path) => String(path).slice(String(path).lastIndexOf('/') + 1),
    }),
    value('file.path', 'file.old_path'),
    constant('file.type_id', 0),
    object('file_result', FILE_OBJECT),
  ],
};

const AS_POD: Conversion = {
  says: '`name` and `type` of the pod',
  convert: (name) => [{ name, type: 'Pod' }],
};

/** What a finding rests on. */
const EVIDENCE: readonly FieldRow[] = [
  ACTOR,
  object('process', TARGET),
  object('file', FILE_OBJECT),
  ...CONNECTION_ROWS,
  QUERY,
  object('container', CONTAINER),
];

const FINDING: OcsfClass = {
  ...{ uid: 2004, name: 'Detection Finding', category: { uid: 2, name: 'Findings' } },
  about: 'findings and alerts',
  needs: [['finding.id']],
  shared: [RECORD, CONTROL],
  rows: [
    value('count', 'finding.count'),
    value('start_time', 'finding.first_seen', AS_MS),
    value('end_time', 'finding.last_seen', AS_MS),
    constant('is_alert', true),
    constant('status_id', 1),
    value('status_id', 'finding.state', byTable({ firing: 1, resolved: 4 }, 1)),
    constant('status', 'New'),
    value('status', 'finding.state', byTable({ firing: 'New', resolved: 'Resolved' }, 'New')),
    value('finding_info.uid', 'finding.id'),
    value('finding_info.title', ['rule.title', 'rule.id', 'message.rule']),
    value('finding_info.desc', 'summary'),
    value('finding_info.created_time', ['finding.first_seen', 'time'], AS_MS),
    value('finding_info.first_seen_time', 'finding.first_seen', AS_MS),
    value('finding_info.last_seen_time', 'finding.last_seen', AS_MS),
    value('finding_info.types', 'rule.tags'),
    value('finding_info.attacks', 'rule.attack', AS_ATTACKS),
    group('rule.id', [
      value('finding_info.analytic.uid', 'rule.id'),
      value('finding_info.analytic.name', 'rule.title'),
      value('finding_info.analytic.version', 'rule.version'),
      value('finding_info.analytic.category', 'rule.language'),
      constant('finding_info.analytic.type_id', 1),
      constant('finding_info.analytic.type', 'Rule'),
    ]),
    group('rule.runbook', [
      constant('remediation.desc', 'Runbook'),
      value('remediation.references', 'rule.runbook', AS_LIST),
    ]),
    value('resources', 'pod.name', AS_POD),
    { kind: 'evidence', target: 'evidences', rows: EVIDENCE },
    value('unmapped.labels', 'finding.labels'),
    value('unmapped.fields', 'finding.fields'),
    value('unmapped.matched', 'finding.matched'),
  ],
};

const REMEDIATION_STATUSES = { not_enforced: 'Failure', dry_run: 'Dry run' } as const;

/** By what they are for. */
export const OCSF_CLASSES: Readonly<Record<ClassName, OcsfClass>> = {
  launch: LAUNCH,
  process: ENDED,
  other_process: OTHER,
  file: {
    ...FILE,
    about: 'everything else that is done with files',
    needs: [IDENTITY, ['file.name'], ['node']],
    shared: EVENT,
    rows: [ACTOR, object('file', FILE_OBJECT)],
  },
  rename: RENAME,
  network: {
    ...{ uid: 4001, name: 'Network Activity', category: NETWORK },
    about: 'connections and datagrams',
    needs: [['source.ip', 'destination.ip', 'destination.name']],
    shared: EVENT,
    rows: [ACTOR, ...CONNECTION_ROWS],
  },
  dns: {
    ...{ uid: 4003, name: 'DNS Activity', category: NETWORK },
    about: 'names that were asked for, and answers',
    needs: [['dns.query'], ['source.ip', 'destination.ip', 'destination.name']],
    shared: EVENT,
    rows: [ACTOR, ...CONNECTION_ROWS, QUERY, ANSWERS],
  },
  finding: FINDING,
  remediation: {
    ...{ uid: 7003, name: 'Process Remediation Activity' },
    category: { uid: 7, name: 'Remediation' },
    about: 'what was done about a finding',
    needs: [['response.finding'], ['process.pid']],
    shared: [RECORD],
    rows: [
      value('command_uid', 'response.finding'),
      value('process.pid', 'process.pid'),
      value('process.name', 'process.name'),
      constant('status_id', 1),
      value('status_id', 'response.outcome', byTable({ not_enforced: 2, dry_run: 99 }, 1)),
      value('status', 'response.outcome', byTable(REMEDIATION_STATUSES, 'Success')),
      value('status_detail', 'response.reason'),
      value('unmapped.outcome', 'response.outcome'),
      value('unmapped.rule', 'rule.id'),
    ],
  },
  base: {
    ...{ uid: 0, name: 'Base Event', category: { uid: 0, name: 'Uncategorized' } },
    about: 'what no class is for',
    needs: [],
    shared: EVENT,
    rows: [ACTOR, value('raw_data', 'message.body')],
  },
};
