/** Writes the enums. */
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
