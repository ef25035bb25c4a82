/** Objects of OCSF 1.5.0 about connections. */
import { closed, ids, members, oneOf } from './json-schema.ts';
import { IP } from './ocsf-objects.ts';
import { INTEGER, type Schema, TEXT } from './schema-words.ts';

const PORT: Schema = { type: 'integer', minimum: 0, maximum: 65535 };

export const ENDPOINT: Schema = closed(
  '',
  {
    ...members('name type domain uid hostname mac instance_uid interface_name', TEXT),
    ...members('interface_uid isp subnet_uid svc_name vlan_uid vpc_uid zone', TEXT),
    ip: IP,
    port: PORT,
    type_id: ids(0, 15),
  },
  'ip uid name hostname svc_name instance_uid interface_uid interface_name domain',
);

export const CONNECTION_INFO: Schema = closed('direction_id', {
  ...members('uid boundary protocol_name direction community_uid flag_history protocol_ver', TEXT),
  ...members('protocol_num tcp_flags', INTEGER),
  boundary_id: ids(0, 15),
  direction_id: ids(0, 3),
  protocol_ver_id: oneOf(0, 4, 6, 99),
});

export const QUERY: Schema = closed('hostname', {
  ...members('type class opcode hostname', TEXT),
  opcode_id: ids(0, 6),
  packet_uid: INTEGER,
});

export const ANSWER: Schema = closed('rdata', {
  ...members('type class rdata', TEXT),
  ...members('ttl packet_uid', INTEGER),
});
