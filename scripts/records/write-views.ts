/** Writes the flyweight view classes: fields are read from the batch when asked for. */

import type { FieldLayout, FieldType, StructLayout } from './describe-struct.ts';
import { sizeOf } from './describe-struct.ts';
import { camelCase, pascalCase } from './names.ts';

/** A field of a view: a path through nested structs, flattened. */
interface FlatField {
  readonly name: string;
  readonly offset: number;
  readonly type: FieldType;
}

/** Source text of one view class per struct. */
export function writeViews(structs: readonly StructLayout[]): string {
  const head = `/** Lazy views of the records in a batch. Generated from the kernel side's BTF. */\n
const NOWHERE = new DataView(new ArrayBuffer(0));\n`;
  return head + structs.map(writeView).join('\n');
}

function writeView(struct: StructLayout): string {
  const members = flatten(struct.fields, '', 0).map(writeField).join('\n');
  const name = pascalCase(struct.name);
  return `
/** Reads a ${struct.name} in place; valid until its batch is reused. */
export class ${name}View {
  /** Bytes of the fixed part. */
  static readonly SIZE = ${struct.size};
  #view: DataView = NOWHERE;
  #at = 0;

  /** Moves the view to the record whose first byte is at \`at\`; nothing is checked here. */
  wrap(view: DataView, at: number): this {
    this.#view = view;
    this.#at = at;
    return this;
  }
${members}
}`;
}

function flatten(fields: readonly FieldLayout[], prefix: string, base: number): FlatField[] {
  return fields.flatMap((field) => {
    const name = prefix === '' ? field.name : `${prefix}_${field.name}`;
    const offset = base + field.offset;
    if (field.type.kind === 'struct') return flatten(field.type.struct.fields, name, offset);
    return [{ name: camelCase(name), offset, type: field.type }];
  });
}

function writeField(field: FlatField): string {
  const { name, offset, type } = field;
  switch (type.kind) {
    case 'number':
      return `
  get ${name}(): number {
    return ${readNumber(type, place(offset))};
  }`;
    case 'bigint':
      return writeBigint(field, type.signed);
    case 'bytes':
      return `
  /** Offset of its ${type.length} bytes in the batch. */
  get ${name}At(): number {
    return ${place(offset)};
  }`;
    case 'array':
      return writeArray(field, type);
    case 'struct':
      return '';
  }
}

function writeBigint(field: FlatField, signed: boolean): string {
  const { name, offset } = field;
  return `
  get ${name}(): bigint {
    return this.#view.getBig${signed ? 'Int' : 'Uint'}64(${place(offset)}, true);
  }

  get ${name}Low(): number {
    return this.#view.getUint32(${place(offset)}, true);
  }

  get ${name}High(): number {
    return this.#view.getUint32(${place(offset + 4)}, true);
  }`;
}

function writeArray(field: FlatField, type: Extract<FieldType, { kind: 'array' }>): string {
  const { name, offset } = field;
  const { element, length } = type;
  const at = `${place(offset)} + index * ${sizeOf(element)}`;
  if (element.kind === 'number') {
    return `
  /** index: 0 to ${length - 1}. */
  ${name}(index: number): number {
    return ${readNumber(element, at)};
  }`;
  }
  if (element.kind === 'bigint') {
    return `
  /** index: 0 to ${length - 1}. */
  ${name}(index: number): bigint {
    return this.#view.getBig${element.signed ? 'Int' : 'Uint'}64(${at}, true);
  }

  ${name}Low(index: number): number {
    return this.#view.getUint32(${at}, true);
  }

  ${name}High(index: number): number {
    return this.#view.getUint32(${at} + 4, true);
  }`;
  }
  return `
  /** Offset of an element in the batch, for the view of its type; index: 0 to ${length - 1}. */
  ${name}At(index: number): number {
    return ${at};
  }`;
}

function readNumber(type: Extract<FieldType, { kind: 'number' }>, at: string): string {
  const method = `get${type.signed ? 'Int' : 'Uint'}${type.bytes * 8}`;
  return type.bytes === 1 ? `this.#view.${method}(${at})` : `this.#view.${method}(${at}, true)`;
}

function place(offset: number): string {
  return offset === 0 ? 'this.#at' : `this.#at + ${offset}`;
}
