/** Describes the structs of the wire format from BTF, in the terms the generator writes code in. */
import type { Btf, BtfType } from '../../src/engine/btf/index.ts';
import { assert } from '../../src/model/errors.ts';

export type FieldType =
  | { readonly kind: 'number'; readonly bytes: 1 | 2 | 4; readonly signed: boolean }
  | { readonly kind: 'bigint'; readonly signed: boolean }
  /** An array of char: text or bytes. */
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'struct'; readonly struct: StructLayout }
  | { readonly kind: 'array'; readonly element: FieldType; readonly length: number };

export interface FieldLayout {
  /** As in C. */
  readonly name: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly type: FieldType;
}

export interface StructLayout {
  readonly name: string;
  readonly size: number;
  readonly fields: readonly FieldLayout[];
}

/** Reads one struct and what it contains; throws InvariantError for what has no wire form. */
export function describeStruct(btf: Btf, name: string): StructLayout {
  const type = btf.find(name, 'struct');
  assert(type !== undefined, `there is no struct ${name}`);
  return layoutOf(btf, type);
}

/** Bytes a value of the type takes. */
export function sizeOf(type: FieldType): number {
  switch (type.kind) {
    case 'number':
      return type.bytes;
    case 'bigint':
      return 8;
    case 'bytes':
      return type.length;
    case 'struct':
      return type.struct.size;
    case 'array':
      return type.length * sizeOf(type.element);
  }
}

function layoutOf(btf: Btf, type: BtfType): StructLayout {
  const fields = (type.members ?? []).map((member): FieldLayout => {
    assert(member.bitfieldBits === 0, `${type.name}.${member.name} is a bit field`);
    const field = fieldType(btf, member.typeId);
    return { name: member.name, offset: member.offsetBits / 8, type: field };
  });
  checkNoPadding(type, fields);
  return { name: type.name, size: type.size ?? 0, fields };
}

/** Unnamed padding would reach user space with whatever the kernel's memory held. */
function checkNoPadding(type: BtfType, fields: readonly FieldLayout[]): void {
  let end = 0;
  for (const field of fields) {
    assert(field.offset === end, `${type.name} has padding before ${field.name}`);
    end += sizeOf(field.type);
  }
  assert(end === type.size, `${type.name} has padding at its end`);
}

function fieldType(btf: Btf, id: number): FieldType {
  const type = btf.resolve(id);
  if (type.kind === 'struct') return { kind: 'struct', struct: layoutOf(btf, type) };
  if (type.array !== undefined) return arrayType(btf, type.array);
  assert(type.kind === 'int', `${type.kind} ${type.name} has no wire form`);
  const { size } = type;
  const signed = type.isSigned === true;
  if (size === 8) return { kind: 'bigint', signed };
  assert(size === 1 || size === 2 || size === 4, `${type.name} has an odd size`);
  return { kind: 'number', bytes: size, signed };
}

function arrayType(btf: Btf, array: NonNullable<BtfType['array']>): FieldType {
  if (btf.resolve(array.typeId).name === 'char') return { kind: 'bytes', length: array.length };
  return { kind: 'array', element: fieldType(btf, array.typeId), length: array.length };
}
