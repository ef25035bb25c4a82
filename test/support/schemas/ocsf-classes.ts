/** Classes of OCSF 1.5.0, with the profiles that are written. Profiles add attributes. */
import { type Check, closed, compileSchema, ids, listOf, members, oneOf } from './json-schema.ts';
import {
  ATTACK,
  EVIDENCE,
  FINDING_INFO,
  OBSERVABLE,
  POLICY,
  REMEDIATION,
  RESOURCE,
} from './ocsf-finding-objects.ts';
import { ANSWER, CONNECTION_INFO, ENDPOINT, QUERY } from './ocsf-network-objects.ts';
import { ACTOR, DEVICE, FILE, METADATA, PROCESS } from './ocsf-objects.ts';
import { FLAG, INTEGER, type Members, type Schema, TEXT } from './schema-words.ts';

interface ClassSchema {
  readonly uid: number;
  readonly category: number;
  readonly activities: readonly number[];
  /** Of the activities that have names; 0 and 99 have others. */
  readonly names: readonly string[];
  readonly required: string;
  readonly anyOf?: string;
  readonly members: Members;
  readonly statuses: Schema;
}

const STATUS = ids(0, 2);
const HOST: Members = { device: DEVICE, actor: ACTOR };

/** Of the profile `security_control`. */
const CONTROL: Members = {
  action: TEXT,
  action_id: ids(0, 4),
  disposition: TEXT,
  disposition_id: ids(0, 27),
  policy: POLICY,
  attacks: listOf(ATTACK),
  is_alert: FLAG,
};

const REQUIRED = 'activity_id category_uid class_uid type_uid time severity_id metadata';

const CLASSES: readonly ClassSchema[] = [
  {
    ...{ uid: 0, category: 0, activities: [0, 99], names: [] },
    ...{ required: '', members: {}, statuses: STATUS },
  },
  {
    ...{ uid: 1001, category: 1, activities: [...Array(15).keys(), 99] },
    names: [
      ...['Create', 'Read', 'Update', 'Delete', 'Rename', 'Set Attributes', 'Set Security'],
      ...['Get Attributes', 'Get Security', 'Encrypt', 'Decrypt', 'Mount', 'Unmount', 'Open'],
    ],
    required: 'file device actor',
    members: { file: FILE, file_result: FILE, ...members('component file_diff', TEXT) },
    statuses: STATUS,
  },
  {
    ...{ uid: 1007, category: 1, activities: [0, 1, 2, 3, 4, 5, 99] },
    names: ['Launch', 'Terminate', 'Open', 'Inject', 'Set User ID'],
    required: 'process device actor',
    members: { process: PROCESS, exit_code: INTEGER, injection_type: TEXT },
    statuses: STATUS,
  },
  {
    ...{ uid: 2004, category: 2, activities: [0, 1, 2, 3, 99] },
    names: ['Create', 'Update', 'Close'],
    required: 'finding_info',
    members: {
      finding_info: FINDING_INFO,
      evidences: listOf(EVIDENCE),
      resources: listOf(RESOURCE),
      remediation: REMEDIATION,
      confidence_id: ids(0, 3),
      comment: TEXT,
    },
    statuses: ids(0, 5),
  },
  {
    ...{ uid: 4001, category: 4, activities: [0, 1, 2, 3, 4, 5, 6, 7, 99] },
    names: ['Open', 'Close', 'Reset', 'Fail', 'Refuse', 'Traffic', 'Listen'],
    required: '',
    anyOf: 'src_endpoint dst_endpoint',
    members: {
      ...{ src_endpoint: ENDPOINT, dst_endpoint: ENDPOINT, connection_info: CONNECTION_INFO },
      app_name: TEXT,
    },
    statuses: STATUS,
  },
  {
    ...{ uid: 4003, category: 4, activities: [0, 1, 2, 6, 99] },
    names: ['Query', 'Response', '', '', '', 'Traffic'],
    required: '',
    anyOf: 'src_endpoint dst_endpoint',
    members: {
      ...{ src_endpoint: ENDPOINT, dst_endpoint: ENDPOINT, connection_info: CONNECTION_INFO },
      ...{ query: QUERY, answers: listOf(ANSWER) },
      ...members('query_time response_time', INTEGER),
    },
    statuses: STATUS,
  },
  {
    ...{ uid: 7003, category: 7, activities: [0, 1, 2, 3, 4, 5, 99] },
    names: ['Isolate', 'Evict', 'Restore', 'Harden', 'Detect'],
    required: 'command_uid process',
    members: { command_uid: TEXT, process: PROCESS, remediation: REMEDIATION },
    statuses: ids(0, 6),
  },
];

function schemaOf(one: ClassSchema): Schema {
  const { uid, category, activities } = one;
  const properties: Members = {
    ...members('activity_name category_name class_name message raw_data severity status', TEXT),
    ...members('status_code status_detail type_name', TEXT),
    ...members('count duration end_time start_time timezone_offset raw_data_size', INTEGER),
    time: { type: 'integer', minimum: 0 },
    activity_id: oneOf(...activities),
    category_uid: oneOf(category),
    class_uid: oneOf(uid),
    type_uid: oneOf(...activities.map((activity) => uid * 100 + activity)),
    severity_id: ids(0, 6),
    status_id: one.statuses,
    metadata: METADATA,
    observables: listOf(OBSERVABLE),
    unmapped: { type: 'object' },
    ...HOST,
    ...CONTROL,
    ...one.members,
  };
  return closed(`${REQUIRED} ${one.required}`, properties, one.anyOf ?? '');
}

const CHECKS: ReadonlyMap<unknown, Check> = new Map(
  CLASSES.map((one) => [one.uid, compileSchema(schemaOf(one))]),
);

type Json = Readonly<Record<string, unknown>>;

/** What is wrong with a record, by the schema of its class; empty when nothing is. */
export function checkOcsf(record: Json): readonly string[] {
  const check = CHECKS.get(record['class_uid']);
  if (check === undefined) return [`no class ${String(record['class_uid'])}`];
  return [...check(record), ...checkProfiles(record), ...checkActivity(record)];
}

/** Attributes of a profile are there only when the record says that it has the profile. */
function checkProfiles(record: Json): readonly string[] {
  const metadata = record['metadata'];
  const profiles = JSON.stringify(
    typeof metadata === 'object' && metadata !== null && 'profiles' in metadata
      ? metadata.profiles
      : [],
  );
  const needed = [
    ...('action_id' in record || 'disposition_id' in record ? ['security_control'] : []),
    ...('actor' in record || 'device' in record ? ['host'] : []),
    ...(JSON.stringify(record).includes('"container":{') ? ['container'] : []),
  ];
  return needed.filter((name) => !profiles.includes(`"${name}"`)).map((name) => `lacks ${name}`);
}

/** The name is the caption of the id, and the type is made of class and activity. */
function checkActivity(record: Json): readonly string[] {
  const { class_uid: uid, activity_id: id, activity_name: name, type_uid: type } = record;
  const names = CLASSES.find((one) => one.uid === uid)?.names ?? [];
  const caption = typeof id === 'number' ? names[id - 1] : undefined;
  return [
    ...(caption !== undefined && caption !== name ? [`${String(id)} is ${caption}`] : []),
    ...(type === Number(uid) * 100 + Number(id) ? [] : [`type ${String(type)}`]),
  ];
}
