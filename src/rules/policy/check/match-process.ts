/** Reads matchers about the process: its pid, namespaces and capabilities. */
import { LINUX_CAPABILITIES } from '../../../model/linux-capabilities.ts';
import {
  type CapabilityMatch,
  NAMESPACE_NAMES,
  type NamespaceChangeMatch,
  type NamespaceMatch,
  type NamespaceName,
  type PidMatch,
} from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import { BOOLEAN, oneOf, valuesOf } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { readBoolean, readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';
import { readNumberValues, readTexts } from './values.ts';

const OPERATORS: readonly PidMatch['operator'][] = ['In', 'NotIn'];

/** Spellings of the language to those of plans. */
const NAMESPACES: ReadonlyMap<string, NamespaceName> = new Map<string, NamespaceName>([
  ['Uts', 'uts'],
  ['Ipc', 'ipc'],
  ['Mnt', 'mnt'],
  ['Pid', 'pid'],
  ['PidForChildren', 'pidForChildren'],
  ['Net', 'net'],
  ['Time', 'time'],
  ['TimeForChildren', 'timeForChildren'],
  ['Cgroup', 'cgroup'],
  ['User', 'user'],
]);

/** An inode number, or the name of the host's. */
const NAMESPACE_PATTERN = /^(?:[0-9]{1,10}|host_ns)$/;

const CAPABILITY_SETS: ReadonlyMap<string, CapabilityMatch['set']> = new Map<
  string,
  CapabilityMatch['set']
>([
  ['Effective', 'effective'],
  ['Permitted', 'permitted'],
  ['Inheritable', 'inheritable'],
]);

const OPERATOR: FieldSpec = {
  type: oneOf(OPERATORS),
  description: 'Whether one of the values has to match, or none may.',
  isRequired: true,
};

/** Fields of a `matchPIDs` entry. */
export const MATCH_PIDS: Shape = {
  name: 'a matchPIDs entry',
  fields: {
    operator: OPERATOR,
    values: {
      type: valuesOf({ kind: 'integer', min: 0 }),
      description: 'Process ids.',
      isRequired: true,
    },
    isNamespacePID: {
      type: BOOLEAN,
      description: 'Whether the ids are those inside the pid namespace of the process.',
    },
    followForks: {
      type: BOOLEAN,
      description: 'Whether descendants of these processes match as well.',
    },
  },
  unsupported: [],
};

/** Fields of a `matchNamespaces` entry. */
export const MATCH_NAMESPACES: Shape = {
  name: 'a matchNamespaces entry',
  fields: {
    namespace: {
      type: oneOf([...NAMESPACES.keys()]),
      description: 'Kind of namespace.',
      isRequired: true,
    },
    operator: OPERATOR,
    values: {
      type: valuesOf({ kind: 'text', pattern: NAMESPACE_PATTERN.source }),
      description:
        '`host_ns` for that of the machine, or numbers as `ls -l /proc/PID/ns` shows them.',
      isRequired: true,
    },
  },
  unsupported: [],
};

/** Fields of a `matchCapabilities` or `matchCapabilityChanges` entry. */
export const MATCH_CAPABILITIES: Shape = {
  name: 'a matcher of capabilities',
  fields: {
    type: {
      type: oneOf([...CAPABILITY_SETS.keys()]),
      description: 'Set to look at; `Effective`, the one the kernel checks, when absent.',
    },
    operator: OPERATOR,
    values: {
      type: valuesOf(oneOf(LINUX_CAPABILITIES)),
      description: 'Names of capabilities. `In` holds when the process has one of them.',
      isRequired: true,
    },
    isNamespaceCapability: {
      type: BOOLEAN,
      description: 'Whether only processes outside of the user namespace of the machine match.',
    },
  },
  unsupported: [],
};

/** Fields of a `matchNamespaceChanges` entry. */
export const MATCH_NAMESPACE_CHANGES: Shape = {
  name: 'a matchNamespaceChanges entry',
  fields: {
    operator: OPERATOR,
    values: {
      type: valuesOf(oneOf([...NAMESPACES.keys()])),
      description:
        'Kinds of namespaces. `In` holds when the process left one of them since its exec, ' +
        '`NotIn` when it left one of the others.',
      isRequired: true,
    },
  },
  unsupported: [],
};

export function readPidMatch(node: YamlNode, report: Report): PidMatch | undefined {
  const fields = readFields(node, MATCH_PIDS, report);
  if (fields === undefined) return undefined;
  const operator = readChoice(fields, { field: 'operator', choices: operatorChoices() }, report);
  const values = readValues(fields, report);
  const isNamespacePid = readFlag(fields, 'isNamespacePID', report);
  const followForks = readFlag(fields, 'followForks', report);
  if (operator === undefined || values === undefined) return undefined;
  const numbers = readNumberValues(values, 'uint32', report);
  return {
    operator,
    isNamespacePid,
    followForks,
    values: numbers.map(({ value }) => Number(value)),
  };
}

export function readNamespaceMatch(node: YamlNode, report: Report): NamespaceMatch | undefined {
  const fields = readFields(node, MATCH_NAMESPACES, report);
  if (fields === undefined) return undefined;
  const namespace = readChoice(fields, { field: 'namespace', choices: NAMESPACES }, report);
  const operator = readChoice(fields, { field: 'operator', choices: operatorChoices() }, report);
  const entry = readValues(fields, report);
  if (namespace === undefined || operator === undefined || entry === undefined) return undefined;
  const values = readTexts(entry, report).map((text) => readNamespace(text, report));
  return { namespace, operator, values: values.filter((value) => value !== undefined) };
}

/** `NotIn` is about the namespaces that are not listed. */
export function readNamespaceChangeMatch(
  node: YamlNode,
  report: Report,
): NamespaceChangeMatch | undefined {
  const fields = readFields(node, MATCH_NAMESPACE_CHANGES, report);
  if (fields === undefined) return undefined;
  const operator = readChoice(fields, { field: 'operator', choices: operatorChoices() }, report);
  const entry = readValues(fields, report);
  if (operator === undefined || entry === undefined) return undefined;
  const listed = readTexts(entry, report).map((text) => readNamespaceName(text, report));
  const isWanted = (name: NamespaceName): boolean => listed.includes(name) === (operator === 'In');
  return { namespaces: NAMESPACE_NAMES.filter(isWanted) };
}

/** An entry of matchCapabilities or matchCapabilityChanges. */
export function readCapabilityMatch(node: YamlNode, report: Report): CapabilityMatch | undefined {
  const fields = readFields(node, MATCH_CAPABILITIES, report);
  if (fields === undefined) return undefined;
  const type = { field: 'type', choices: CAPABILITY_SETS, fallback: 'effective' } as const;
  const set = readChoice(fields, type, report);
  const operator = readChoice(fields, { field: 'operator', choices: operatorChoices() }, report);
  const entry = readValues(fields, report);
  if (set === undefined || operator === undefined || entry === undefined) return undefined;
  const isNamespaceCapability = readFlag(fields, 'isNamespaceCapability', report);
  const bits = readTexts(entry, report).map((text) => readCapability(text, report));
  const mask = bits.reduce((all, bit) => all | bit, 0n);
  return { set, operator, isNamespaceCapability, mask };
}

function readFlag(fields: Fields, name: string, report: Report): boolean {
  const entry = fields.entries.get(name);
  return entry === undefined ? false : (readBoolean(entry.value, report) ?? false);
}

function operatorChoices(): ReadonlyMap<string, PidMatch['operator']> {
  return new Map(OPERATORS.map((operator) => [operator, operator]));
}

interface Choice<T> {
  readonly field: string;
  readonly choices: ReadonlyMap<string, T>;
  /** When the field is absent; without one the field is required. */
  readonly fallback?: T;
}

function readChoice<T>(
  fields: Fields,
  { field, choices, fallback }: Choice<T>,
  report: Report,
): T | undefined {
  if (fallback !== undefined && !fields.entries.has(field)) return fallback;
  const entry = requireField(fields, field, report);
  const text = entry && readText(entry.value, report);
  if (text === undefined) return undefined;
  const choice = choices.get(text.value);
  if (choice !== undefined) return choice;
  const names = [...choices.keys()];
  report.error(
    field === 'operator' ? 'POLICY_OPERATOR_UNKNOWN' : 'POLICY_VALUE_INVALID',
    text.span,
    {
      message: `${quote(text.value)} is no ${field} of ${fields.shape.name}`,
      hint: suggest(text.value, names, `use one of ${names.join(', ')}`),
    },
  );
  return undefined;
}

function readValues(fields: Fields, report: Report): MappingEntry | undefined {
  const entry = fields.entries.get('values');
  if (entry !== undefined) return entry;
  const message = `${fields.shape.name} needs \`values\``;
  report.error('POLICY_VALUE_MISSING', fields.span, { message });
  return undefined;
}

/** An inode number, or the name of the host's. */
function readNamespace(text: Located<string>, report: Report): number | 'host' | undefined {
  if (text.value === 'host_ns') return 'host';
  if (NAMESPACE_PATTERN.test(text.value)) return Number(text.value);
  report.error('POLICY_VALUE_INVALID', text.span, {
    message: `${quote(text.value)} is not a namespace`,
    hint: 'write the inode number that `ls -l /proc/self/ns` shows, or `host_ns`',
  });
  return undefined;
}

function readNamespaceName(text: Located<string>, report: Report): NamespaceName | undefined {
  const name = NAMESPACES.get(text.value);
  if (name !== undefined) return name;
  const names = [...NAMESPACES.keys()];
  report.error('POLICY_VALUE_INVALID', text.span, {
    message: `${quote(text.value)} is no kind of namespace`,
    hint: suggest(text.value, names, `use one of ${names.join(', ')}`),
  });
  return undefined;
}

function readCapability({ value, span }: Located<string>, report: Report): bigint {
  const number = LINUX_CAPABILITIES.indexOf(value);
  if (number >= 0) return 1n << BigInt(number);
  report.error('POLICY_VALUE_INVALID', span, {
    message: `there is no capability ${quote(value)}`,
    hint: suggest(value, LINUX_CAPABILITIES, 'capabilities are named like `CAP_SYS_ADMIN`'),
  });
  return 0n;
}
