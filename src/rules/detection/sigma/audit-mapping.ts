/** Records of auditd, as rules describe them, and what they are here. */
import type { EventClass } from '../../../model/event-class.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import { AUDIT_CALLS, callName } from './audit-calls.ts';
import { registersOf } from './audit-registers.ts';
import { itemsOf, textsOf } from './context.ts';
import {
  type FieldMapping,
  type FieldPlace,
  type MappedField,
  ofClasses,
} from './field-mapping.ts';

const FILE_CHANGES: readonly EventClass[] = ['file.create', 'file.mkdir', 'file.symlink'];
const FILE_EVENTS: readonly EventClass[] = [
  ...(['file.open', 'file.create', 'file.rename', 'file.unlink', 'file.link'] as const),
  ...(['file.symlink', 'file.mode', 'file.owner', 'file.mkdir', 'file.rmdir'] as const),
];
const CALL_EVENTS: readonly EventClass[] = [
  ...FILE_EVENTS,
  ...(['process.exec', 'process.credentials', 'process.ptrace', 'process.memory'] as const),
  ...(['process.signal', 'process.namespace', 'process.memfd', 'process.io_uring'] as const),
  ...(['file.mount', 'network.socket', 'network.connect', 'network.accept'] as const),
  ...(['network.bind', 'network.listen', 'network.send'] as const),
  ...(['kernel.module', 'kernel.bpf'] as const),
];

/** Every event of which auditd has a record. */
export const AUDIT_EVENTS: Condition = ofClasses(...CALL_EVENTS);

/** A path that is executed stands in a record of its own, like those of files. */
const PATH_EVENTS: readonly EventClass[] = [...FILE_EVENTS, 'process.exec'];

/** What records of a type are of; of system calls only execs, unless the rule names calls. */
function recordTypes(calls: readonly EventClass[]): MappedField {
  const classes: Readonly<Record<string, readonly EventClass[]>> = {
    EXECVE: ['process.exec'],
    PROCTITLE: ['process.exec'],
    PATH: PATH_EVENTS,
    CWD: PATH_EVENTS,
    SYSCALL: calls,
    SOCKADDR: ['network.connect', 'network.bind', 'network.send'],
  };
  const rows = Object.entries(classes).map(([type, of]) => [type, ofClasses(...of)] as const);
  return { kind: 'choices', choices: new Map(rows) };
}

const ALL_CALLS = recordTypes(CALL_EVENTS);
const EXECS_ONLY = recordTypes(['process.exec']);

const NAME_TYPES: ReadonlyMap<string, Condition> = new Map([
  ['CREATE', ofClasses(...FILE_CHANGES, 'file.link', 'file.rename')],
  ['DELETE', ofClasses('file.unlink', 'file.rmdir', 'file.rename')],
  ['NORMAL', ofClasses(...PATH_EVENTS)],
]);

/** A rename has a record of each of its paths: the old one goes, and the new one comes. */
const OLD_PATH: FieldPlace = { field: 'file.old_path', classes: ['file.rename', 'file.link'] };
const EXECUTED: FieldPlace = { field: 'process.exe.path', classes: ['process.exec'] };
const NAMES: Readonly<Record<'create' | 'delete' | 'any', MappedField>> = {
  create: { kind: 'field', field: 'file.path' },
  delete: {
    kind: 'places',
    places: [
      { field: 'file.path', classes: ['file.unlink', 'file.rmdir'] },
      { field: 'file.old_path', classes: ['file.rename'] },
    ],
  },
  any: { kind: 'places', places: [{ field: 'file.path' }, OLD_PATH, EXECUTED] },
};

const LOCAL: MappedField = {
  kind: 'unseen',
  reason: 'only the audit rules of one machine have it',
};
const NOT_SEEN: MappedField = { kind: 'unseen', reason: 'records of this kind are not seen here' };
const RESULT: MappedField = { kind: 'unseen', reason: 'what calls return is not kept' };
const ADDRESS: MappedField = { kind: 'unseen', reason: 'addresses are not kept as bytes' };

/** Highest a0, a1, … that rules may name. */
const ARGUMENTS_MAX = 32;

function argumentFields(): FieldMapping {
  const fields: Record<string, MappedField> = { a0: { kind: 'field', field: 'process.arg0' } };
  for (let number = 1; number <= ARGUMENTS_MAX; number += 1) {
    fields[`a${number}`] = { kind: 'field', field: 'process.args', key: String(number - 1) };
  }
  return fields;
}

/** Threads go by the name that was executed: a link to the program, which arguments begin with. */
const THREAD_NAME: MappedField = {
  kind: 'places',
  places: [{ field: 'process.name' }, { field: 'process.arg0', transforms: ['basename'] }],
};

/** Who a login is of; the largest number is that of nobody. */
const LOGIN: MappedField = {
  kind: 'field',
  field: 'process.loginuid',
  unset: ['4294967295', '-1', 'unset'],
};

const CALLS: MappedField = { kind: 'choices', choices: AUDIT_CALLS };

/** An event is what the kernel let through. */
const SUCCESS: MappedField = {
  kind: 'choices',
  choices: new Map(['yes', '1', 'true'].map((text) => [text, { kind: 'constant', value: true }])),
};

/** Fields of the records, of whatever type. */
export const AUDIT: FieldMapping = {
  ...argumentFields(),
  type: ALL_CALLS,
  syscall: CALLS,
  SYSCALL: CALLS,
  nametype: { kind: 'choices', choices: NAME_TYPES },
  name: NAMES.any,
  exe: { kind: 'field', field: 'process.exe.path' },
  comm: THREAD_NAME,
  proctitle: { kind: 'field', field: 'process.cmdline' },
  cwd: { kind: 'field', field: 'process.cwd' },
  uid: { kind: 'field', field: 'process.uid' },
  euid: { kind: 'field', field: 'process.euid' },
  gid: { kind: 'field', field: 'process.gid' },
  auid: LOGIN,
  pid: { kind: 'field', field: 'process.pid' },
  ppid: { kind: 'field', field: 'parent.pid' },
  SourceHostname: { kind: 'field', field: 'node.name' },
  success: SUCCESS,
  key: LOCAL,
  exit: RESULT,
  saddr: ADDRESS,
  ...{ op: NOT_SEEN, unit: NOT_SEEN, acct: NOT_SEEN, data: NOT_SEEN, terminal: NOT_SEEN },
};

/** What the searches of a rule say of records, together. */
export interface AuditHints {
  /** Names of the calls that the rule speaks of. */
  readonly calls: readonly string[];
  /** All records that the rule speaks of are of system calls. */
  readonly isOfCalls: boolean;
}

const CALL_FIELDS = ['syscall', 'SYSCALL'];

const fieldOf = ({ key }: MappingEntry): string => key.split('|', 1)[0] ?? '';

/** Reads the hints from the searches of a rule. */
export function auditHints(searches: readonly YamlNode[]): AuditHints {
  const entries = searches.flatMap(entriesWithin);
  const types = entries.filter((entry) => fieldOf(entry) === 'type').flatMap(textsOf);
  return {
    calls: callsIn(entries),
    isOfCalls: types.length > 0 && types.every((type) => type.toUpperCase() === 'SYSCALL'),
  };
}

/** A part of a name counts as a name, which is that of no call. */
function callsIn(entries: readonly MappingEntry[]): readonly string[] {
  const named = entries.filter((entry) => CALL_FIELDS.includes(fieldOf(entry)));
  return [...new Set(named.flatMap(textsOf).map(callName))];
}

/** Of a map, or of the maps of a list. */
function entriesWithin(search: YamlNode): readonly MappingEntry[] {
  return itemsOf(search).flatMap((node) => (node.kind === 'mapping' ? node.entries : []));
}

/** What the fields of one map stand for, which depends on the records that it describes. */
export function auditMapping(entries: readonly MappingEntry[], hints: AuditHints): FieldMapping {
  const textsIn = (...fields: readonly string[]): readonly string[] =>
    entries.filter((entry) => fields.includes(fieldOf(entry))).flatMap(textsOf);
  const types = textsIn('type').map((type) => type.toUpperCase());
  const calls = callsIn(entries);
  const isCall =
    types.includes('SYSCALL') || calls.length > 0 || (types.length === 0 && hints.isOfCalls);
  return {
    ...AUDIT,
    // In records of system calls a0 and its like are registers, in those of execs arguments.
    ...(isCall ? registersOf(calls.length > 0 ? calls : hints.calls) : {}),
    name: nameOf(textsIn('nametype')),
    type: hints.calls.length > 0 ? ALL_CALLS : EXECS_ONLY,
  };
}

function nameOf(nameTypes: readonly string[]): MappedField {
  const kinds = new Set(nameTypes.map((type) => type.toUpperCase()));
  if (kinds.size !== 1) return NAMES.any;
  if (kinds.has('CREATE')) return NAMES.create;
  return kinds.has('DELETE') ? NAMES.delete : NAMES.any;
}
