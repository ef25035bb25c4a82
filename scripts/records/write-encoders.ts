/** Writes the row types, their encoders, and decoders for the rows that the kernel fills. */
import type { FieldLayout, FieldType, StructLayout } from './describe-struct.ts';
import { sizeOf } from './describe-struct.ts';
import { camelCase, pascalCase } from './names.ts';

type ArrayType = Extract<FieldType, { kind: 'array' }>;

/** Rows to write code for, by struct. */
export interface RowStructs {
  readonly encoded: readonly StructLayout[];
  readonly decoded: readonly StructLayout[];
}

/** Source text of the row types and their encoders and decoders. */
export function writeEncoders(rows: RowStructs): string {
  const types = unique([...rows.encoded, ...rows.decoded]);
  return `/** Rows of the kernel's maps and variables. Generated from the BTF of the kernel side. */
import { RowReader, RowWriter } from '../row.ts';
${types.map(writeInterface).join('\n')}
${unique(rows.encoded).map(writeWriter).join('\n')}
${rows.encoded.map(writeEncoder).join('\n')}
${unique(rows.decoded).map(writeReader).join('\n')}
${rows.decoded.map(writeDecoder).join('\n')}`;
}

/** Structs and those nested in them, inner ones first. */
function unique(structs: readonly StructLayout[]): StructLayout[] {
  const found = new Map<string, StructLayout>();
  const visit = (struct: StructLayout): void => {
    for (const { type } of struct.fields) {
      const inner = type.kind === 'array' ? type.element : type;
      if (inner.kind === 'struct') visit(inner.struct);
    }
    found.set(struct.name, struct);
  };
  for (const struct of structs) visit(struct);
  return [...found.values()];
}

/** Fields that carry meaning: reserved ones are always 0. */
function meaningful(struct: StructLayout): readonly FieldLayout[] {
  return struct.fields.filter((field) => field.name !== 'reserved');
}

function writeInterface(struct: StructLayout): string {
  const fields = meaningful(struct).map(
    (field) =>
      `${limitOf(field.type)}  readonly ${camelCase(field.name)}: ${typeName(field.type)};`,
  );
  return `
/** One ${struct.name}: ${struct.size} bytes. */
export interface ${pascalCase(struct.name)} {
${fields.join('\n')}
}`;
}

function limitOf(type: FieldType): string {
  if (type.kind === 'bytes') return `  /** At most ${type.length} bytes; the rest is NUL. */\n`;
  if (type.kind === 'array') return `  /** At most ${type.length}; the rest is zero. */\n`;
  return '';
}

function typeName(type: FieldType): string {
  switch (type.kind) {
    case 'number':
      return 'number';
    case 'bigint':
      return 'bigint';
    case 'bytes':
      return 'Uint8Array';
    case 'struct':
      return pascalCase(type.struct.name);
    case 'array':
      return `readonly ${typeName(type.element)}[]`;
  }
}

function writeWriter(struct: StructLayout): string {
  const fields = meaningful(struct).map((field) => writeField(field));
  const name = pascalCase(struct.name);
  return `
function write${name}(row: RowWriter, at: number, value: ${name}): void {
${fields.join('\n')}
}`;
}

function writeField(field: FieldLayout): string {
  const { type } = field;
  const at = field.offset === 0 ? 'at' : `at + ${field.offset}`;
  const value = `value.${camelCase(field.name)}`;
  if (type.kind !== 'array') return `  ${writeValue(type, at, value)}`;
  const element = writeValue(type.element, 'place', 'element');
  return `  row.array(${at}, { ${arraySize(type)}, values: ${value} }, (place, element) => {
    ${element}
  });`;
}

function writeValue(type: FieldType, at: string, value: string): string {
  switch (type.kind) {
    case 'number':
      return `row.${method(type)}(${at}, ${value});`;
    case 'bigint':
      return `row.${method(type)}(${at}, ${value});`;
    case 'bytes':
      return `row.bytes(${at}, ${type.length}, ${value});`;
    case 'struct':
      return `write${pascalCase(type.struct.name)}(row, ${at}, ${value});`;
    case 'array':
      throw new Error('arrays of arrays have no encoder');
  }
}

function method(type: Extract<FieldType, { kind: 'number' | 'bigint' }>): string {
  const bits = type.kind === 'bigint' ? 64 : type.bytes * 8;
  return `${type.signed ? 's' : 'u'}${bits}`;
}

function writeEncoder(struct: StructLayout): string {
  const name = pascalCase(struct.name);
  return `
/** Bytes of a ${struct.name}; a value out of range is an InvariantError. */
export function encode${name}(value: ${name}): Uint8Array {
  const row = new RowWriter('${struct.name}', ${struct.size});
  write${name}(row, 0, value);
  return row.written;
}`;
}

function writeReader(struct: StructLayout): string {
  const name = pascalCase(struct.name);
  const fields = meaningful(struct).map((field) => {
    const at = field.offset === 0 ? 'at' : `at + ${field.offset}`;
    return `    ${camelCase(field.name)}: ${readValue(field.type, at)},`;
  });
  return `
function read${name}(row: RowReader, at: number): ${name} {
  return {
${fields.join('\n')}
  };
}`;
}

function readValue(type: FieldType, at: string): string {
  switch (type.kind) {
    case 'number':
      return `row.${method(type)}(${at})`;
    case 'bigint':
      return `row.${method(type)}(${at})`;
    case 'bytes':
      return `row.bytes(${at}, ${type.length})`;
    case 'struct':
      return `read${pascalCase(type.struct.name)}(row, ${at})`;
    case 'array':
      return readArray(type, at);
  }
}

function readArray(type: ArrayType, at: string): string {
  return `row.array(${at}, { ${arraySize(type)} }, (place) => ${readValue(type.element, 'place')})`;
}

function arraySize(type: ArrayType): string {
  return `length: ${type.length}, bytes: ${sizeOf(type.element)}`;
}

function writeDecoder(struct: StructLayout): string {
  const name = pascalCase(struct.name);
  return `
/** Reads a ${struct.name}; another number of bytes than ${struct.size} is an InvariantError. */
export function decode${name}(bytes: Uint8Array): ${name} {
  return read${name}(new RowReader('${struct.name}', bytes, ${struct.size}), 0);
}`;
}
