/** Builds raw type information, also such as no compiler writes. */

/** A member: its name, its offset in bits, and the number of its type. */
export type RawMember = readonly [name: string, offsetBits: number, type: number];

export interface RawStruct {
  readonly name: string;
  readonly members: readonly RawMember[];
}

const HEADER_BYTES = 24;
const KIND_STRUCT = 4;

export function aStruct(name: string, members: readonly RawMember[]): RawStruct {
  return { name, members };
}

/** The structs have the numbers from 1. */
export function rawBtf(structs: readonly RawStruct[]): Uint8Array {
  let strings = '\0';
  const offsetOf = (name: string): number => {
    if (name === '') return 0;
    strings += `${name}\0`;
    return strings.length - name.length - 1;
  };
  const words = structs.flatMap(({ name, members }) => [
    ...[offsetOf(name), KIND_STRUCT * 2 ** 24 + members.length, 8],
    ...members.flatMap(([member, offset, type]) => [offsetOf(member), type, offset]),
  ]);
  const typeBytes = words.length * 4;
  const header = [0x0001_eb9f, HEADER_BYTES, 0, typeBytes, typeBytes, strings.length];
  const bytes = Buffer.alloc(HEADER_BYTES + typeBytes + strings.length);
  for (const [at, word] of [...header, ...words].entries()) bytes.writeUInt32LE(word, at * 4);
  bytes.write(strings, HEADER_BYTES + typeBytes, 'latin1');
  return bytes;
}
