/** Arguments of hook events. */
import type { ArgumentValue, EventArgument, FileValue } from '../../../model/event.ts';
import { encodeObject } from './encode-object.ts';
import type { JsonArgument, JsonFile } from './json-args.ts';

/** File types by the upper four bits of a mode, as `ls -l` marks them. */
const FILE_TYPES = new Map([
  [0o01, 'p'],
  [0o02, 'c'],
  [0o04, 'd'],
  [0o06, 'b'],
  [0o10, '-'],
  [0o12, 'l'],
  [0o14, 's'],
]);

/** Encodes one argument; its value is printed also when it is zero or empty. */
export function encodeArgument(argument: EventArgument): JsonArgument {
  const encoded = encodeValue(argument.value);
  return argument.label === '' ? encoded : { ...encoded, label: argument.label };
}

/** Texts by mode: 16 bits, of which a machine uses a few dozen values. */
const permissionTexts = new Map<number, string>();

/** A mode as `ls -l` prints it: `-rw-r--r--`. */
export function permissionText(mode: number): string {
  const known = permissionTexts.get(mode);
  if (known !== undefined) return known;
  const text = describeMode(mode);
  permissionTexts.set(mode, text);
  return text;
}

function describeMode(mode: number): string {
  const execute = (shift: number, special: number, letter: string): string => {
    const on = (mode >>> shift) & 1;
    if ((mode & special) === 0) return on ? 'x' : '-';
    return on ? letter : letter.toUpperCase();
  };
  const readWrite = (shift: number): string =>
    `${(mode >>> (shift + 2)) & 1 ? 'r' : '-'}${(mode >>> (shift + 1)) & 1 ? 'w' : '-'}`;
  return [
    FILE_TYPES.get(mode >>> 12) ?? '?',
    readWrite(6),
    execute(6, 0o4000, 's'),
    readWrite(3),
    execute(3, 0o2000, 's'),
    readWrite(0),
    execute(0, 0o1000, 't'),
  ].join('');
}

function encodeValue(value: ArgumentValue): JsonArgument {
  switch (value.kind) {
    case 'int':
      return { int_arg: value.value };
    case 'uint':
      return { uint_arg: value.value };
    case 'long':
      return { long_arg: String(value.value) };
    case 'size':
      return { size_arg: String(value.value) };
    case 'syscall':
      return { syscall_id: { id: value.number, abi: value.abi } };
    case 'string':
      return { string_arg: value.value };
    case 'bytes':
      return encodeBytes(value.value, value.size);
    case 'file':
      return { file_arg: encodeFile(value) };
    case 'path':
      return { path_arg: encodeFile(value) };
    case 'linux_binprm':
      return { linux_binprm_arg: encodeFile(value) };
    case 'unreadable':
      return { error_arg: { Message: 'Bad address for basic type' } };
    case 'nop':
      return {};
    default:
      return encodeObject(value);
  }
}

function encodeBytes(bytes: Uint8Array, size: number): JsonArgument {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  if (size <= bytes.length) return { bytes_arg: text };
  return { truncated_bytes_arg: { bytes_arg: text, orig_size: String(size) } };
}

function encodeFile(file: FileValue): JsonFile {
  return {
    path: file.path === '' ? undefined : file.path,
    flags: file.unresolved ? 'unresolvedPathComponents' : undefined,
    // Mode 0 is no file at all: every inode has a type.
    permission: file.mode === 0 ? undefined : permissionText(file.mode),
  };
}
