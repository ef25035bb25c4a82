/** Whether an argument type can read a field of an event's record. */

import type { ArgumentType, NumberType } from '../../../model/argument-types.ts';
import type { TracepointField } from '../../../model/kernel-types.ts';
import { isNumberType, widthOf } from '../number-type.ts';

const NUMBERS_BY_SIZE: ReadonlyMap<number, readonly [signed: NumberType, unsigned: NumberType]> =
  new Map<number, readonly [NumberType, NumberType]>([
    [1, ['int8', 'uint8']],
    [2, ['int16', 'uint16']],
    [4, ['int', 'uint32']],
    [8, ['int64', 'size_t']],
  ]);

/** The type that reads a field, undefined when none does. */
export function typeOfField({ type, size, isSigned }: TracepointField): ArgumentType | undefined {
  const isCharacters = /\bchar\b/.test(type);
  if (/\[.*\]$/.test(type)) return isCharacters ? 'string' : undefined;
  if (isCharacters && type.endsWith('*')) return 'string';
  const [signed, unsigned] = NUMBERS_BY_SIZE.get(size) ?? [];
  return isSigned ? signed : unsigned;
}

/** Whether a type reads a field; numbers may be read with another sign, and narrower. */
export function readsField(type: ArgumentType, field: TracepointField): boolean {
  const right = typeOfField(field);
  if (type === 'nop') return true;
  if (type === 'data_loc') return right === 'string' && field.type.startsWith('__data_loc');
  if (right === undefined || !isNumberType(type)) return right === type;
  return isNumberType(right) && widthOf(type).bits <= field.size * 8;
}
