/** Types of the numbers of expressions, and what fits into them. */

/** Types of numbers; `int` and `uint` have 64 bits. */
export type ValueType = 'int32' | 'uint32' | 'int' | 'uint';

const VALUE_TYPES: readonly string[] = ['int32', 'uint32', 'int', 'uint'];

/** Whether a call of this name converts between types. */
export function isValueType(name: string): name is ValueType {
  return VALUE_TYPES.includes(name);
}

export function bitsOf(type: ValueType): 32 | 64 {
  return type.endsWith('32') ? 32 : 64;
}

export function isSigned(type: ValueType): boolean {
  return !type.startsWith('u');
}

/** The number that the lower bits stand for. */
export function wrapTo(type: ValueType, value: bigint): bigint {
  return isSigned(type) ? BigInt.asIntN(bitsOf(type), value) : BigInt.asUintN(bitsOf(type), value);
}
