/** Reads `btfPath`, and checks members of structs that programs have. */

import { quote } from '../../syntax/quote.ts';
import { isKernelObject } from '../argument-types.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentSpec } from '../spec.ts';
import type { CheckContext } from './context.ts';
import { TEXT } from './field-types.ts';
import type { Fields } from './fields.ts';
import { checkAccess, type ResolvedArgument } from './member-access.ts';
import type { FieldSpec } from './shape.ts';
import { readPath } from './uprobe.ts';

/** The field `btfPath` of a hook in a program. */
export const TYPES_FILE: FieldSpec = {
  type: TEXT,
  description:
    'File with the types of the program, which `btfType` of an argument names: raw BTF, or an ' +
    'ELF file with a section `.BTF`.',
};

/** Undefined when there is none, or after a report. */
export function readTypesFile(fields: Fields, report: Report): Located<string> | undefined {
  const entry = fields.entries.get('btfPath');
  const value = entry && readPath(entry.value, report);
  return value === undefined ? undefined : { value, span: entry?.value.span ?? fields.span };
}

/** The argument with the file that its struct is in; the running thread's is the kernel's. */
export function withTypesFile(
  argument: ArgumentSpec | undefined,
  file: Located<string> | undefined,
): ArgumentSpec | undefined {
  if (file === undefined || argument?.resolve === undefined) return argument;
  const { resolve } = argument;
  if (resolve.isCurrentTask || resolve.register !== undefined) return argument;
  return { ...argument, resolve: { ...resolve, btfPath: file } };
}

/** Reports a member that cannot be read from the memory of a program. */
export function checkProgramMember(
  { type, resolve }: ResolvedArgument,
  { kernel, report }: CheckContext,
): void {
  const { path, btfType, btfPath } = resolve;
  if (isKernelObject(type.value)) {
    report.error('POLICY_ARGUMENT_TYPE', type.span, {
      message: `no struct of a program has a member of type ${quote(type.value)}`,
      hint: 'use `string` for a path, or hook the security_ function on the same path',
    });
    return;
  }
  if (btfType === undefined) {
    report.error('POLICY_FIELD_MISSING', path.span, {
      message: '`resolve` of what a program passes needs the field `btfType`',
      hint: 'it is the struct of the program that the argument points to, from the file `btfPath`',
    });
    return;
  }
  if (resolve.btfTypeModule !== undefined) {
    report.error('POLICY_VALUE_INVALID', btfType.span, {
      message: '`btfTypeModule` is for structs of the kernel, and not for those of programs',
    });
    return;
  }
  if (btfPath === undefined) {
    report.error('POLICY_FIELD_MISSING', btfType.span, {
      message: '`btfType` of what a program passes needs the field `btfPath` beside `path`',
      hint: 'it is a file with the types of the program: raw BTF, or ELF with a section .BTF',
    });
    return;
  }
  const root = { file: btfPath.value, name: btfType.value };
  const access = kernel?.resolveProgramMember(root, path.value);
  if (access === undefined) return;
  if (!('file' in access)) {
    checkAccess(access, { type, resolve }, report);
  } else if (access.file === 'invalid') {
    report.error('POLICY_TYPES_FILE_INVALID', btfPath.span, {
      message: access.message,
      hint: '`clang -g -target bpf` writes the types of a C file into an object file',
    });
  }
  // A file that is not here is like a program that is not here: attaching will tell.
}
