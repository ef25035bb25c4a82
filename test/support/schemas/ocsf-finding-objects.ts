/** Objects of OCSF 1.5.0 about findings, and of the profile `security_control`. */
import { closed, ids, listOf, members } from './json-schema.ts';
import { CONNECTION_INFO, ENDPOINT, QUERY } from './ocsf-network-objects.ts';
import { ACTOR, CONTAINER, DEVICE, FILE, PROCESS, USER } from './ocsf-objects.ts';
import { FLAG, INTEGER, type Schema, TEXT, TEXTS } from './schema-words.ts';

const NAMED = closed('', members('name uid src_url', TEXT), 'name uid');

export const ATTACK: Schema = closed(
  '',
  { version: TEXT, tactic: NAMED, technique: NAMED, sub_technique: NAMED },
  'tactic technique sub_technique tactics',
);

const ANALYTIC = closed(
  'type_id',
  {
    ...members('name type version desc uid category algorithm', TEXT),
    type_id: ids(0, 11),
  },
  'name uid',
);

export const FINDING_INFO: Schema = closed('uid', {
  ...members('title desc uid product_uid src_url uid_alt', TEXT),
  ...members('created_time first_seen_time last_seen_time modified_time', INTEGER),
  related_events_count: INTEGER,
  ...members('types data_sources', TEXTS),
  attacks: listOf(ATTACK),
  analytic: ANALYTIC,
});

export const EVIDENCE: Schema = closed(
  '',
  {
    ...members('name uid verdict', TEXT),
    actor: ACTOR,
    process: PROCESS,
    file: FILE,
    user: USER,
    device: DEVICE,
    container: CONTAINER,
    query: QUERY,
    connection_info: CONNECTION_INFO,
    src_endpoint: ENDPOINT,
    dst_endpoint: ENDPOINT,
  },
  'actor process file user device container query connection_info src_endpoint dst_endpoint data',
);

export const OBSERVABLE: Schema = closed('type_id', {
  ...members('name type value', TEXT),
  type_id: ids(0, 46),
});

export const POLICY: Schema = closed(
  '',
  { ...members('name version desc uid', TEXT), is_applied: FLAG },
  'name uid',
);

export const RESOURCE: Schema = closed('', {
  ...members('name type version uid hostname namespace criticality uid_alt', TEXT),
  labels: TEXTS,
});

export const REMEDIATION: Schema = closed('desc', { desc: TEXT, references: TEXTS });
