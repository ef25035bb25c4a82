/** Writes sizes, places of members and hashes of structs. */
import { type StructLayout, sizeOf } from './describe-struct.ts';
import { camelCase } from './names.ts';

/** Size and hash of one struct. */
export interface StructDigest {
  readonly name: string;
  readonly size: number;
  readonly hash: string;
}

/** Where the members of a struct are, for who looks at bytes without decoding them. */
function writeOffsets({ name, fields }: StructLayout): string {
  const rows = fields.map((field) => {
    const place = `{ offset: ${field.offset}, width: ${sizeOf(field.type)} }`;
    return `    ${camelCase(field.name)}: ${place},`;
  });
  return `  ${name.toUpperCase()}: {\n${rows.join('\n')}\n  },`;
}

/** Source text of the sizes and the hashes by which the engine knows an object of another build. */
export function writeLayout(
  structs: readonly StructDigest[],
  placed: readonly StructLayout[],
): string {
  const sizes = structs.map(({ name, size }) => `  ${name.toUpperCase()}: ${size},`);
  const hashes = structs.map(({ name, hash }) => `  ${name}: '${hash}',`);
  return `/** Sizes and layout hashes of the wire format. Generated from the kernel side's BTF. */

/** Bytes of each struct. */
export const STRUCT_SIZES = {
${sizes.join('\n')}
} as const;

/** Bytes from the start of a struct, and how many, of each member. */
export const MEMBER_PLACES = {
${placed.map(writeOffsets).join('\n')}
} as const;

/** Structural hash of each struct, by its name in C. */
export const LAYOUT_HASHES: Readonly<Record<string, string>> = {
${hashes.join('\n')}
};
`;
}
