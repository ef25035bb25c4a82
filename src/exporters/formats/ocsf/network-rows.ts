/** Rows of connections and of questions to name servers. */
import { byTable, isList } from '../fields/conversions.ts';
import { constant, type FieldRow, type ObjectTable, object, value } from '../fields/rows.ts';

/** A port alone is no endpoint. */
const SOURCE: ObjectTable = {
  name: 'source endpoint',
  when: ['source.ip'],
  rows: [value('ip', 'source.ip'), value('port', 'source.port')],
};

const DESTINATION: ObjectTable = {
  name: 'destination endpoint',
  when: ['destination.ip', 'destination.name'],
  rows: [
    value('ip', 'destination.ip'),
    value('port', 'destination.port'),
    value('hostname', 'destination.name'),
  ],
};

const DIRECTIONS = { inbound: 'Inbound', outbound: 'Outbound' } as const;
const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

const CONNECTION: ObjectTable = {
  name: 'connection',
  when: ['source.ip', 'destination.ip', 'destination.name', 'network.protocol'],
  rows: [
    constant('direction_id', 0),
    value('direction_id', 'network.direction', byTable({ inbound: 1, outbound: 2 }, 0)),
    value('direction', 'network.direction', byTable(DIRECTIONS)),
    value('protocol_name', 'network.protocol'),
    value('protocol_num', 'network.protocol', byTable(PROTOCOLS)),
    value('protocol_ver_id', 'network.family', byTable({ ipv4: 4, ipv6: 6 })),
  ],
};

/** Both ends, and what is between them. */
export const CONNECTION_ROWS: readonly FieldRow[] = [
  object('src_endpoint', SOURCE),
  object('dst_endpoint', DESTINATION),
  object('connection_info', CONNECTION),
];

/** What was asked for. */
export const QUERY: FieldRow = object('query', {
  name: 'query',
  when: ['dns.query'],
  rows: [value('hostname', 'dns.query'), value('type', 'dns.type')],
});

/** The answers. */
export const ANSWERS: FieldRow = value('answers', 'dns.answers', {
  says: '`rdata` of one answer each',
  convert: (found) => (isList(found) ? found.map((rdata) => ({ rdata })) : undefined),
});
