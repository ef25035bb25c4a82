/** Keys of CEF 0, what they are from, and how long they may be by the dictionary. */
import { isIP } from 'node:net';
import { AS_MS, AS_ONE_TEXT, AS_TEXT, byTable } from '../fields/conversions.ts';
import { type Conversion, constant, type FieldRow, group, value } from '../fields/rows.ts';
import type { SourceName } from '../reading/sources.ts';

export const CEF_VERSION = 0;

const ONLY_IPV4: Conversion = {
  says: 'if it is IPv4',
  convert: (ip) => (isIP(String(ip)) === 4 ? ip : undefined),
};
const ONLY_IPV6: Conversion = {
  says: 'if it is IPv6',
  convert: (ip) => (isIP(String(ip)) === 6 ? ip : undefined),
};

/** Keys without a meaning have one beside them. */
function labelled(
  key: string,
  label: string,
  [source, as]: readonly [SourceName, Conversion?],
): FieldRow {
  return group(source, [value(key, source, as), constant(`${key}Label`, label)]);
}

/** In the order in which they are written. */
export const CEF_FIELDS: readonly FieldRow[] = [
  value('rt', 'time', AS_MS),
  value('cat', 'deed'),
  value('act', ['response.kind', 'enforcement.outcome']),
  value('outcome', ['response.outcome', 'enforcement.outcome'], {
    says: 'denied, killed → failure; those of answers as they are',
    convert: (outcome) => (['denied', 'killed'].includes(String(outcome)) ? 'failure' : outcome),
  }),
  value('dvchost', 'node'),
  value('msg', 'summary'),
  value('reason', ['policy.message', 'response.reason']),
  value('cnt', 'finding.count'),
  value('start', 'finding.first_seen', AS_MS),
  value('end', 'finding.last_seen', AS_MS),
  value('sproc', ['process.binary', 'process.name']),
  value('spid', 'process.pid'),
  value('suid', 'process.uid', AS_TEXT),
  value('suser', 'process.uid', { ...AS_TEXT, says: 'as text: its name is not known' }),
  value('dproc', 'target.binary'),
  value('dpid', 'target.pid'),
  value('fname', 'file.name'),
  value('filePath', 'file.path'),
  value('oldFilePath', 'file.old_path'),
  value('fileId', 'file.inode', AS_TEXT),
  value('fileType', 'file.type'),
  value('filePermission', 'file.mode'),
  value('src', 'source.ip', ONLY_IPV4),
  value('spt', 'source.port'),
  value('dst', 'destination.ip', ONLY_IPV4),
  value('dpt', 'destination.port'),
  labelled('c6a2', 'Source IPv6 Address', ['source.ip', ONLY_IPV6]),
  labelled('c6a3', 'Destination IPv6 Address', ['destination.ip', ONLY_IPV6]),
  value('dhost', 'destination.name'),
  value('destinationDnsDomain', 'dns.query'),
  value('proto', 'network.protocol'),
  value('deviceDirection', 'network.direction', byTable({ inbound: 0, outbound: 1 })),
  labelled('cs1', 'commandLine', ['process.command_line']),
  labelled('cs2', 'pod', ['pod.name']),
  labelled('cs3', 'containerImage', ['container.image']),
  labelled('cs4', 'parentProcess', ['parent.binary']),
  labelled('cs5', 'attack', ['rule.attack', AS_ONE_TEXT]),
  labelled('cs6', 'messageId', ['message.id']),
  labelled('cn1', 'parentPid', ['parent.pid']),
  labelled('cn2', 'sequence', ['sequence']),
  labelled('flexString1', 'namespace', ['message.namespace']),
  labelled('flexString2', 'containerId', ['container.id']),
];

/** Beside the others, of bodies that nothing else is known of. */
export const CEF_UNKNOWN: readonly FieldRow[] = [labelled('cs1', 'body', ['message.body'])];

/** Characters, by key; those that are not here are numbers or addresses. */
export const CEF_LENGTHS: Readonly<Record<string, number>> = {
  ...{ cat: 1023, act: 63, outcome: 63, dvchost: 100, msg: 1023, reason: 1023 },
  ...{ sproc: 1023, suid: 1023, suser: 1023, dproc: 1023 },
  ...{ fname: 1023, filePath: 1023, oldFilePath: 1023, fileId: 1023 },
  ...{ fileType: 1023, filePermission: 1023, dhost: 1023, destinationDnsDomain: 255, proto: 31 },
  ...{ cs1: 4000, cs2: 4000, cs3: 4000, cs4: 4000, cs5: 4000, cs6: 4000 },
  ...{ flexString1: 1023, flexString2: 1023 },
};
