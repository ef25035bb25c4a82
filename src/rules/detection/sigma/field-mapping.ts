/** Fields of Sigma's taxonomy and what they are here; see the table of the reference. */
import { EVENT_CLASSES, type EventClass } from '../../../model/event-class.ts';
import { type FieldName, isFieldName } from '../fields/field-table.ts';
import type { FieldReference } from '../ir/condition.ts';

/** What a field of a rule stands for. */
export type MappedField =
  | ({ readonly kind: 'field' } & FieldReference)
  /** The values decide which class of events is meant. */
  | { readonly kind: 'classes'; readonly classes: ReadonlyMap<string, readonly EventClass[]> }
  /** Values are named differently here. */
  | {
      readonly kind: 'renamed';
      readonly field: FieldName;
      readonly values: Readonly<Record<string, string>>;
    }
  /** Every event is one of these values: others never match. */
  | { readonly kind: 'fixed'; readonly values: readonly string[] }
  | { readonly kind: 'absent'; readonly reason: string };

const field = (name: FieldName, key?: string): MappedField => ({ kind: 'field', field: name, key });
const absent = (reason: string): MappedField => ({ kind: 'absent', reason });

/** Fields of a kind of events, by their names in rules. */
export type FieldMapping = Readonly<Record<string, MappedField>>;

const NO_HASHES = absent('executables are not hashed at every exec');
const WINDOWS_ONLY = absent('only files of Windows have it');

/** Of the process that acts, in every category. */
const PROCESS: FieldMapping = {
  Image: field('process.exe.path'),
  CommandLine: field('process.cmdline'),
  CurrentDirectory: field('process.cwd'),
  User: field('process.user'),
  ProcessId: field('process.pid'),
  LogonId: field('process.loginuid'),
  ParentImage: field('parent.exe.path'),
  ParentCommandLine: field('parent.cmdline'),
  ParentProcessId: field('parent.pid'),
  ParentUser: field('parent.user'),
  GrandparentImage: field('ancestors.exe.path', '1'),
  GrandparentCommandLine: field('ancestors.cmdline', '1'),
  ProcessGuid: field('process.exec_id'),
  Computer: field('node.name'),
  ComputerName: field('node.name'),
  Hostname: field('node.name'),
  Hashes: NO_HASHES,
  md5: NO_HASHES,
  sha1: NO_HASHES,
  sha256: NO_HASHES,
  Imphash: NO_HASHES,
  imphash: NO_HASHES,
  OriginalFileName: WINDOWS_ONLY,
  Product: WINDOWS_ONLY,
  Company: WINDOWS_ONLY,
  Description: WINDOWS_ONLY,
  FileVersion: WINDOWS_ONLY,
  IntegrityLevel: absent('only processes of Windows have it'),
};

const FILE: FieldMapping = {
  ...PROCESS,
  TargetFilename: field('file.path'),
  SourceFilename: field('file.old_path'),
  FileName: field('file.path'),
  CreationUtcTime: absent('the time of the event is the time of the change'),
};

const NETWORK: FieldMapping = {
  ...PROCESS,
  DestinationIp: field('network.remote.ip'),
  DestinationPort: field('network.remote.port'),
  DestinationHostname: field('network.remote.name'),
  SourceIp: field('network.local.ip'),
  SourcePort: field('network.local.port'),
  SourceHostname: field('node.name'),
  Protocol: field('network.protocol'),
  Initiated: {
    kind: 'renamed',
    field: 'network.direction',
    values: { true: 'outbound', false: 'inbound' },
  },
  DestinationIsIpv6: {
    kind: 'renamed',
    field: 'network.family',
    values: { true: 'ipv6', false: 'ipv4' },
  },
};

const DNS: FieldMapping = {
  ...PROCESS,
  QueryName: field('dns.query'),
  query: field('dns.query'),
  QueryResults: field('dns.answers'),
  answer: field('dns.answers'),
  record_type: field('dns.type'),
  QueryType: field('dns.type'),
};

/** By name. */
export const MAPPINGS: Readonly<Record<'process' | 'file' | 'network' | 'dns', FieldMapping>> = {
  process: PROCESS,
  file: FILE,
  network: NETWORK,
  dns: DNS,
};

/** The class is decided when rules are loaded, and costs nothing at an event. */
const CLASSES: MappedField = {
  kind: 'classes',
  classes: new Map((Object.keys(EVENT_CLASSES) as EventClass[]).map((name) => [name, [name]])),
};

/** What a field stands for; also fields by the names of this engine, `process.env[PATH]`. */
export function mapField(name: string, mapping: FieldMapping): MappedField | undefined {
  if (Object.hasOwn(mapping, name)) return mapping[name];
  if (name === 'event.class') return CLASSES;
  const [, base = '', key] = /^([^[]*)(?:\[([^\]]*)\])?$/.exec(name) ?? [];
  return isFieldName(base) ? field(base, key) : undefined;
}
