/** Writes the constants: enums, sizes and hashes of structs. */
import { assert } from '../../src/model/errors.ts';
import { pascalCase } from './names.ts';

export interface EnumLayout {
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

/** Source text of one constant object and one type per enum, values without the enum's name. */
export function writeEnums(enums: readonly EnumLayout[]): string {
  return `/** Enums of the wire format. Generated from the BTF of the kernel side. */
${enums.map(writeEnum).join('\n')}`;
}

function writeEnum(layout: EnumLayout): string {
  const constant = layout.name.toUpperCase();
  const type = pascalCase(layout.name);
  const rows = layout.values.map(({ name, value }) => {
    assert(name.startsWith(`${constant}_`), `${name} does not start with ${constant}_`);
    return `  ${name.slice(constant.length + 1)}: ${value},`;
  });
  return `
export const ${constant} = {
${rows.join('\n')}
} as const;

export type ${type} = (typeof ${constant})[keyof typeof ${constant}];
`;
}

/** Size and hash of one struct. */
export interface StructDigest {
  readonly name: string;
  readonly size: number;
  readonly hash: string;
}

/** Source text of the sizes and the hashes by which the engine knows an object of another build. */
export function writeLayout(structs: readonly StructDigest[]): string {
  const sizes = structs.map(({ name, size }) => `  ${name.toUpperCase()}: ${size},`);
  const hashes = structs.map(({ name, hash }) => `  ${name}: '${hash}',`);
  return `/** Sizes and layout hashes of the wire format. Generated from the kernel side's BTF. */

/** Bytes of each struct. */
export const STRUCT_SIZES = {
${sizes.join('\n')}
} as const;

/** Structural hash of each struct, by its name in C. */
export const LAYOUT_HASHES: Readonly<Record<string, string>> = {
${hashes.join('\n')}
};
`;
}
