/** Registers of system calls, which records of auditd have in hexadecimal digits: `a0: 26`. */
import type { FieldName } from '../fields/field-table.ts';
import type { Condition, TestOperator } from '../ir/condition.ts';
import { BPF_COMMANDS } from '../sources/bpf-names.ts';
import { familyName, socketTypeName } from '../sources/kernel-flags.ts';
import type { FieldMapping, MappedField } from './field-mapping.ts';

const NOT_KEPT: MappedField = { kind: 'unseen', reason: 'arguments of system calls are not kept' };

/** Of calls of whose arguments nothing is known. */
const UNKNOWN: FieldMapping = { a0: NOT_KEPT, a1: NOT_KEPT, a2: NOT_KEPT, a3: NOT_KEPT };

const FAMILIES_COUNT = 46;
const SOCKET_TYPES = [1, 2, 3, 4, 5, 6, 10];
/** SOCK_NONBLOCK and SOCK_CLOEXEC may come with the type. */
const SOCKET_FLAGS = [0, 0x800, 0x8_0000, 0x8_0800];
const SIGNALS_COUNT = 65;

const numbersBelow = (count: number): readonly number[] => [...Array(count).keys()];

/** A register of which it is known what its numbers say. */
function register(field: FieldName, rows: readonly (readonly [number, string])[]): MappedField {
  return choicesOf(
    rows.map(([number, text]) => {
      const operator: TestOperator = { kind: 'equals', texts: [text], ignoresCase: false };
      return [number, { kind: 'test', field, transforms: [], operator, written: text }];
    }),
  );
}

/** Records have the digits only; some write them as they would write them in C. */
function choicesOf(rows: readonly (readonly [number, Condition])[]): MappedField {
  const choices = rows.flatMap(([number, condition]) => {
    const digits = number.toString(16);
    return [digits, `0x${digits}`].map((text) => [text, condition] as const);
  });
  return { kind: 'choices', choices: new Map(choices) };
}

const FAMILY = register(
  'network.family',
  numbersBelow(FAMILIES_COUNT).map((number) => [number, familyName(number)]),
);
const TYPE = register(
  'network.type',
  SOCKET_TYPES.flatMap((type) => {
    return SOCKET_FLAGS.map((flags) => [type | flags, socketTypeName(type)] as const);
  }),
);
const REQUEST = register('ptrace.request', [
  [0, 'traceme'],
  [0x10, 'attach'],
  [0x4206, 'attach'],
]);
const COMMAND = register(
  'bpf.command',
  BPF_COMMANDS.map((name, number) => [number, name]),
);
const SIGNAL = choicesOf(
  numbersBelow(SIGNALS_COUNT).map((number) => {
    const operator: TestOperator = { kind: 'number_equals', numbers: [number] };
    const test = {
      field: 'signal.number',
      transforms: [],
      operator,
      written: `${number}`,
    } as const;
    return [number, { kind: 'test', ...test }];
  }),
);

const BY_CALL: Readonly<Record<string, FieldMapping>> = {
  socket: { ...UNKNOWN, a0: FAMILY, a1: TYPE },
  ptrace: { ...UNKNOWN, a0: REQUEST },
  bpf: { ...UNKNOWN, a0: COMMAND },
  kill: { ...UNKNOWN, a1: SIGNAL },
  tkill: { ...UNKNOWN, a1: SIGNAL },
  tgkill: { ...UNKNOWN, a2: SIGNAL },
};

/** What a0 and its like are in records of these calls: something only where they are of one. */
export function registersOf(calls: readonly string[]): FieldMapping {
  const [only = '', ...others] = calls;
  const isKnown = others.length === 0 && Object.hasOwn(BY_CALL, only);
  return (isKnown ? BY_CALL[only] : undefined) ?? UNKNOWN;
}
