/** What the types of numbers can hold, and how far their values are extended. */
import type { ArgumentType, NumberType } from '../../model/argument-types.ts';
import type { NumberRange } from '../../model/plan.ts';

/** Bits and sign of a type. */
export interface NumberWidth {
  readonly bits: 8 | 16 | 32 | 64;
  readonly isSigned: boolean;
}

const WIDTHS: ReadonlyMap<string, NumberWidth> = new Map<NumberType, NumberWidth>([
  ['int8', { bits: 8, isSigned: true }],
  ['int16', { bits: 16, isSigned: true }],
  ['int', { bits: 32, isSigned: true }],
  ['int64', { bits: 64, isSigned: true }],
  ['uint8', { bits: 8, isSigned: false }],
  ['uint16', { bits: 16, isSigned: false }],
  ['uint32', { bits: 32, isSigned: false }],
  ['size_t', { bits: 64, isSigned: false }],
  ['syscall64', { bits: 64, isSigned: false }],
  ['capability', { bits: 32, isSigned: true }],
  ['bpf_cmd', { bits: 32, isSigned: true }],
  ['kernel_cap_t', { bits: 64, isSigned: false }],
  ['cap_inheritable', { bits: 64, isSigned: false }],
  ['cap_permitted', { bits: 64, isSigned: false }],
  ['cap_effective', { bits: 64, isSigned: false }],
]);

/** Sets of capabilities, which parameters point to. */
export const CAPABILITY_SETS: readonly ArgumentType[] = [
  'kernel_cap_t',
  'cap_inheritable',
  'cap_permitted',
  'cap_effective',
];

/** Every type of plain numbers. */
export const NUMBER_TYPES: readonly NumberType[] = [
  'int8',
  'int16',
  'int',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'size_t',
];

export function isNumberType(type: ArgumentType): type is NumberType {
  return WIDTHS.has(type);
}

export function widthOf(type: NumberType): NumberWidth {
  return WIDTHS.get(type) ?? { bits: 64, isSigned: false };
}

/** Values in the order of the type. */
export function rangeOf(type: NumberType): NumberRange {
  const { bits, isSigned } = widthOf(type);
  const size = 1n << BigInt(bits);
  return isSigned ? { min: -size / 2n, max: size / 2n - 1n } : { min: 0n, max: size - 1n };
}

/** The value that the bits of the type stand for: 0xffffffff is -1 as an int. */
export function wrap(value: bigint, type: NumberType): bigint {
  const { bits, isSigned } = widthOf(type);
  return isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}
