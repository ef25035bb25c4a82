/** Operators on parts of an argument: ends of connections, types of files. */

import type { ArgumentType } from '../../../model/argument-types.ts';
import {
  ADDRESS_FAMILIES,
  IP_PROTOCOLS,
  type NumberNames,
  TCP_STATES,
} from '../../../model/network-names.ts';
import type { ArgumentPart, NumberRange } from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import { isFileType, isSocketType } from '../argument-types.ts';
import { rangeOf } from '../number-type.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentMatchSpec } from '../spec.ts';
import { readAddresses } from './addresses.ts';
import { parseInteger } from './scalars.ts';
import { readRanges, readTexts } from './values.ts';

/** How an operator reads its values. */
type PartForm =
  | { readonly kind: 'address'; readonly end: 'source' | 'destination' }
  | { readonly kind: 'port'; readonly part: ArgumentPart }
  /** Ports below 1024; takes no values. */
  | { readonly kind: 'privileged'; readonly part: ArgumentPart }
  | { readonly kind: 'named'; readonly part: ArgumentPart; readonly names: NumberNames }
  | { readonly kind: 'file_type' };

interface PartOperator {
  readonly form: PartForm;
  readonly isNegated: boolean;
  /** For messages. */
  readonly compares: string;
  appliesTo(type: ArgumentType): boolean;
}

const hasSource = (type: ArgumentType): boolean => isSocketType(type) || type === 'sockaddr';

const FORMS: Readonly<Record<string, Omit<PartOperator, 'isNegated'>>> = {
  SAddr: {
    form: { kind: 'address', end: 'source' },
    compares: 'addresses of sockets',
    appliesTo: hasSource,
  },
  DAddr: {
    form: { kind: 'address', end: 'destination' },
    compares: 'addresses of sockets',
    appliesTo: isSocketType,
  },
  SPort: {
    form: { kind: 'port', part: 'source_port' },
    compares: 'ports of sockets',
    appliesTo: hasSource,
  },
  DPort: {
    form: { kind: 'port', part: 'destination_port' },
    compares: 'ports of sockets',
    appliesTo: isSocketType,
  },
  SPortPriv: {
    form: { kind: 'privileged', part: 'source_port' },
    compares: 'ports of sockets',
    appliesTo: hasSource,
  },
  DPortPriv: {
    form: { kind: 'privileged', part: 'destination_port' },
    compares: 'ports of sockets',
    appliesTo: isSocketType,
  },
  Protocol: {
    form: { kind: 'named', part: 'protocol', names: IP_PROTOCOLS },
    compares: 'protocols of sockets',
    appliesTo: isSocketType,
  },
  Family: {
    form: { kind: 'named', part: 'family', names: ADDRESS_FAMILIES },
    compares: 'families of sockets',
    appliesTo: (type) => hasSource(type) || type === 'sockaddr_un',
  },
  State: {
    form: { kind: 'named', part: 'state', names: TCP_STATES },
    compares: 'states of sockets',
    appliesTo: (type) => type === 'sock' || type === 'socket',
  },
  FileType: {
    form: { kind: 'file_type' },
    compares: 'types of files',
    appliesTo: isFileType,
  },
};

/** Operators that have an opposite with `Not`. */
const NEGATED: Readonly<Record<string, string>> = {
  NotSAddr: 'SAddr',
  NotDAddr: 'DAddr',
  NotSPort: 'SPort',
  NotDPort: 'DPort',
  NotSPortPriv: 'SPortPriv',
  // The spelling of the CRD's enumeration.
  NotSportPriv: 'SPortPriv',
  NotDPortPriv: 'DPortPriv',
  NotFileType: 'FileType',
};

/** Every operator of this file. */
export const PART_OPERATORS: readonly string[] = [...Object.keys(FORMS), ...Object.keys(NEGATED)];

/** Undefined when the operator is none of these. */
export function findPartOperator(name: string): PartOperator | undefined {
  const positive = Object.hasOwn(NEGATED, name) ? (NEGATED[name] ?? '') : name;
  const found = Object.hasOwn(FORMS, positive) ? FORMS[positive] : undefined;
  return found && { ...found, isNegated: positive !== name };
}

/** S_IFMT by the names that policies use. */
const FILE_TYPES: ReadonlyMap<string, number> = new Map([
  ['fifo', 0o010000],
  ['pipe', 0o010000],
  ['chr', 0o020000],
  ['char', 0o020000],
  ['dir', 0o040000],
  ['blk', 0o060000],
  ['block', 0o060000],
  ['reg', 0o100000],
  ['regular', 0o100000],
  ['lnk', 0o120000],
  ['link', 0o120000],
  ['sock', 0o140000],
  ['socket', 0o140000],
]);

const PRIVILEGED: NumberRange = { min: 0n, max: 1023n };

/** One entry whose operator applies to its argument. */
export interface PartUse {
  readonly argument: number;
  readonly type: ArgumentType;
  readonly operator: Located<string>;
  /** Undefined when the policy gives none. */
  readonly values: MappingEntry | undefined;
}

/** Reads the values; undefined after a report when there is nothing to compare with. */
export function readPartMatch(
  use: PartUse,
  operator: PartOperator,
  report: Report,
): ArgumentMatchSpec | undefined {
  const { form } = operator;
  if (form.kind === 'privileged') {
    const range = { value: PRIVILEGED, span: use.operator.span };
    return rangeMatch(use, operator, { part: form.part, values: [range] });
  }
  const { values } = use;
  if (values === undefined) return undefined;
  switch (form.kind) {
    case 'address':
      return {
        kind: 'address',
        argument: use.argument,
        end: form.end,
        operator: operator.isNegated ? 'NotIn' : 'In',
        values: readAddresses(values, report),
      };
    case 'port':
      return rangeMatch(use, operator, {
        part: form.part,
        values: readRanges(values, 'uint16', report),
      });
    case 'named':
      return rangeMatch(use, operator, {
        part: use.type === 'sockaddr_un' ? undefined : form.part,
        values: readNamed(values, form.names, report),
      });
    case 'file_type':
      return {
        kind: 'number',
        argument: use.argument,
        part: 'file_type',
        type: 'uint16',
        operator: operator.isNegated ? 'NotEqual' : 'Equal',
        values: readFileTypes(values, report),
      };
  }
}

function rangeMatch(
  { argument }: PartUse,
  { isNegated }: PartOperator,
  rest: {
    readonly part: ArgumentPart | undefined;
    readonly values: readonly Located<NumberRange>[];
  },
): ArgumentMatchSpec {
  const operator = isNegated ? 'NotInRange' : 'InRange';
  return { kind: 'range', argument, type: 'uint16', operator, ...rest };
}

/** Names, numbers and ranges of numbers. */
function readNamed(
  entry: MappingEntry,
  names: NumberNames,
  report: Report,
): readonly Located<NumberRange>[] {
  const ranges: Located<NumberRange>[] = [];
  for (const { value, span } of readTexts(entry, report)) {
    const [from = '', to = from, ...rest] = value.split(':');
    const min = numberOf(from, names);
    const max = numberOf(to, names);
    if (min === undefined || max === undefined || rest.length > 0 || min > max) {
      report.error('POLICY_VALUE_INVALID', span, {
        message: `${quote(value)} is neither a name nor a number here`,
        hint: suggest(value.toUpperCase(), names.names, `names: ${names.names.join(', ')}`),
      });
    } else {
      ranges.push({ value: { min, max }, span });
    }
  }
  return ranges;
}

function numberOf(text: string, names: NumberNames): bigint | undefined {
  const number = parseInteger(text);
  if (number !== undefined) {
    const { min, max } = rangeOf('uint16');
    return number >= min && number <= max ? number : undefined;
  }
  const named = names.numberOf(text);
  return named === undefined ? undefined : BigInt(named);
}

function readFileTypes(entry: MappingEntry, report: Report): readonly Located<bigint>[] {
  const found: Located<bigint>[] = [];
  for (const { value, span } of readTexts(entry, report)) {
    const type = FILE_TYPES.get(value);
    if (type !== undefined) {
      found.push({ value: BigInt(type), span });
      continue;
    }
    const names = [...FILE_TYPES.keys()];
    report.error('POLICY_VALUE_INVALID', span, {
      message: `there is no type of file ${quote(value)}`,
      hint: suggest(value, names, `types: ${names.join(', ')}`),
    });
  }
  return found;
}
