/**
 * Objects of OCSF 1.5.0, from https://schema.ocsf.io/1.5.0: attributes, types, values of ids, what is
 * required and of what at least one is. Objects that nothing here is written into are left out.
 */
import { closed, ids, members, oneOf } from './json-schema.ts';
import { FLAG, INTEGER, type Schema, TEXT, TEXTS } from './schema-words.ts';

export const IP: Schema = {
  type: 'string',
  pattern: '^(\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]+)$',
};
const UUID: Schema = {
  type: 'string',
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
};

const PRODUCT = closed(
  '',
  members('name version path uid lang cpe_name url_string vendor_name', TEXT),
  'name uid',
);

export const METADATA: Schema = closed('version product', {
  version: oneOf('1.5.0'),
  product: PRODUCT,
  ...members('uid correlation_uid event_code log_level log_name log_provider log_version', TEXT),
  ...members('original_time tenant_uid', TEXT),
  ...members('sequence logged_time modified_time processed_time', INTEGER),
  profiles: { type: 'array', items: oneOf('container', 'host', 'security_control') },
  labels: TEXTS,
});

export const DEVICE: Schema = closed(
  'type_id',
  {
    ...members('desc instance_uid hostname vlan_uid hypervisor uid model region iccid meid', TEXT),
    ...members('boot_uid vendor_name eid subnet mac imei domain zone name interface_name', TEXT),
    ...members('uid_alt autoscale_uid os_machine_uuid type subnet_uid risk_level udid', TEXT),
    ip: IP,
    type_id: ids(0, 15),
    ...members('first_seen_time created_time modified_time last_seen_time boot_time', INTEGER),
    ...members('is_trusted is_compliant is_managed is_shared is_personal', FLAG),
  },
  'ip uid name hostname instance_uid interface_uid interface_name',
);

export const USER: Schema = closed(
  '',
  {
    ...members('name type domain uid full_name credential_uid display_name email_addr', TEXT),
    type_id: ids(0, 3),
  },
  'account name uid',
);

const FINGERPRINT = closed('value algorithm_id', {
  ...members('value algorithm', TEXT),
  algorithm_id: ids(0, 7),
});

export const FILE: Schema = closed('name type_id', {
  ...members('desc uri uid company_name volume parent_folder path mime_type version ext', TEXT),
  ...members('drive_type security_descriptor name internal_name type', TEXT),
  ...members('size attributes accessed_time created_time modified_time', INTEGER),
  type_id: ids(0, 7),
  owner: USER,
  hashes: { type: 'array', items: FINGERPRINT, minItems: 1 },
});

const IMAGE = closed('uid', { ...members('name tag path uid', TEXT), labels: TEXTS });

export const CONTAINER: Schema = closed(
  '',
  {
    ...members('name runtime tag uid network_driver orchestrator', TEXT),
    pod_uuid: UUID,
    image: IMAGE,
    labels: TEXTS,
  },
  'uid name',
);

const PROCESS_MEMBERS = {
  ...members('name path uid cmd_line cpid integrity sandbox working_directory', TEXT),
  ...members('pid tid created_time terminated_time', INTEGER),
  ...members('loaded_modules lineage', TEXTS),
  file: FILE,
  user: USER,
  // Of the profile `container`.
  container: CONTAINER,
  namespace_pid: INTEGER,
} as const;

const PARENT = closed('', PROCESS_MEMBERS, 'pid uid cpid');

/** One level of parents is written. */
export const PROCESS: Schema = closed(
  '',
  { ...PROCESS_MEMBERS, parent_process: PARENT },
  'pid uid cpid',
);

export const ACTOR: Schema = closed(
  '',
  { ...members('app_name app_uid invoked_by', TEXT), process: PROCESS, user: USER },
  'process user invoked_by session idp app_name app_uid',
);
