/** Compares what a path leads to with the type that an argument is to be read as. */

import type { MemberAccess, MemberProblem } from '../../../model/kernel-types.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { Report } from '../report.ts';
import type { ArgumentSpec, ResolveSpec } from '../spec.ts';
import { findTypeProblem } from './prototype.ts';

/** An argument that is a member. */
export interface ResolvedArgument extends ArgumentSpec {
  readonly resolve: ResolveSpec;
}

/** Reports a path that leads nowhere, or to something else than the type of the argument. */
export function checkAccess(
  access: MemberAccess | MemberProblem,
  { type, resolve }: Pick<ResolvedArgument, 'type' | 'resolve'>,
  report: Report,
): void {
  if ('message' in access) {
    reportProblem(access, resolve, report);
    return;
  }
  const hint = findTypeProblem(type.value, access.type);
  if (hint === undefined) return;
  report.error('POLICY_ARGUMENT_TYPE', type.span, {
    message: `${quote(resolve.path.value)} is ${quote(access.type)}, not ${quote(type.value)}`,
    ...(hint === '' ? {} : { hint }),
  });
}

function reportProblem(
  { part, message, candidates, isOfStruct }: MemberProblem,
  { path, btfType }: ResolveSpec,
  report: Report,
): void {
  const { span } = isOfStruct === true && btfType !== undefined ? btfType : path;
  report.error('POLICY_RESOLVE_UNKNOWN', span, {
    message,
    ...(candidates.length === 0 ? {} : { hint: suggest(part, candidates) }),
  });
}
