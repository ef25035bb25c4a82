/** Fields of Sigma's taxonomy and what they are here; see the table of the reference. */

import { EVENT_CLASSES, type EventClass } from '../../../model/event-class.ts';
import { quote } from '../../syntax/quote.ts';
import { FIELDS, type FieldName, isFieldName } from '../fields/field-table.ts';
import type { Condition, FieldReference, Transform } from '../ir/condition.ts';

/** One of several fields in which a value may stand. */
export interface FieldPlace extends FieldReference {
  /** Only in events of these classes; absent: in all. */
  readonly classes?: readonly EventClass[] | undefined;
  readonly transforms?: readonly Transform[] | undefined;
}

/** What a field of a rule stands for. */
export type MappedField =
  | ({ readonly kind: 'field'; readonly unset?: readonly string[] | undefined } & FieldReference)
  /** Several fields: the value stands in one of them. The first is the one that is shown. */
  | { readonly kind: 'places'; readonly places: readonly [FieldPlace, ...FieldPlace[]] }
  /** The values say what has to hold: which class of events is meant, and more. */
  | { readonly kind: 'choices'; readonly choices: ReadonlyMap<string, Condition> }
  /** Values are named differently here. */
  | {
      readonly kind: 'renamed';
      readonly field: FieldName;
      readonly values: Readonly<Record<string, string>>;
    }
  /** A time, of which only parts can be compared. */
  | { readonly kind: 'time'; readonly field: FieldName }
  /** Events do not have it, and rules that ask for it have no meaning here. */
  | { readonly kind: 'absent'; readonly reason: string }
  /** Never the case here, though other parts of a rule may be. */
  | { readonly kind: 'unseen'; readonly reason: string };

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
  UtcTime: { kind: 'time', field: 'event.time_ms' },
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

/** Of one process that reaches for another. */
const ACCESS: FieldMapping = {
  ...PROCESS,
  SourceImage: field('process.exe.path'),
  SourceProcessId: field('process.pid'),
  SourceUser: field('process.user'),
  TargetImage: field('target.exe.path'),
  TargetProcessId: field('target.pid'),
  CallTrace: absent('stacks are not kept'),
  GrantedAccess: absent('only processes of Windows have it'),
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
export const MAPPINGS: Readonly<
  Record<'process' | 'access' | 'file' | 'network' | 'dns', FieldMapping>
> = { process: PROCESS, access: ACCESS, file: FILE, network: NETWORK, dns: DNS };

/** What is decided when rules are loaded costs nothing at an event. */
export function ofClasses(...classes: readonly EventClass[]): Condition {
  return { kind: 'class', classes };
}

const CLASSES: MappedField = {
  kind: 'choices',
  choices: new Map(
    (Object.keys(EVENT_CLASSES) as EventClass[]).map((name) => [name, ofClasses(name)]),
  ),
};

/** What a field stands for; also fields by the names of this engine, `process.env[PATH]`. */
export function mapField(name: string, mapping: FieldMapping): MappedField | undefined {
  if (Object.hasOwn(mapping, name)) return mapping[name];
  if (name === 'event.class') return CLASSES;
  const [, base = '', key] = /^([^[]*)(?:\[([^\]]*)\])?$/.exec(name) ?? [];
  if (!isFieldName(base)) return undefined;
  const { takesKey } = FIELDS[base];
  const fits =
    key === undefined || takesKey === 'name' || (takesKey === 'index' && /^\d+$/.test(key));
  return fits ? field(base, key) : undefined;
}

/** The field to read for people, groups and comparisons; undefined when there is none. */
export function readableField(mapped: MappedField | undefined): FieldReference | undefined {
  switch (mapped?.kind) {
    case 'field':
      return { field: mapped.field, key: mapped.key };
    case 'renamed':
    case 'time':
      return { field: mapped.field };
    case 'places':
      return { field: mapped.places[0].field, key: mapped.places[0].key };
    default:
      return undefined;
  }
}

/** Why a name with a key is no field, as the end of a message; empty when no field is near. */
export function keyProblem(name: string): string {
  const base = name.slice(0, Math.max(name.indexOf('['), 0));
  if (!isFieldName(base)) return '';
  const { takesKey } = FIELDS[base];
  if (takesKey === undefined) return `: ${quote(base)} takes no key`;
  const what = takesKey === 'index' ? 'an index from 0 on' : 'a name';
  return `: the key of ${quote(base)} is ${what} in brackets`;
}
