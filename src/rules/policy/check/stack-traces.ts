/** Reads which stacks a Post action reports. */

import type { StackChoice } from '../../../model/stack.ts';
import { isNull } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import type { HookSpec } from '../spec.ts';
import type { Fields } from './fields.ts';
import { readBoolean } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

type StackField = 'kernelStackTrace' | 'userStackTrace';

/** Fields of an action that are about stacks. */
export const STACK_FIELDS: Readonly<Record<StackField, FieldSpec>> = {
  kernelStackTrace: {
    type: { kind: 'boolean' },
    description: 'For `Post`: reports the functions of the kernel that led to the hook.',
  },
  userStackTrace: {
    type: { kind: 'boolean' },
    description:
      'For `Post`: reports the functions of the process that led to the hook, as far as its ' +
      'program and libraries keep frame pointers.',
  },
};

/** Undefined when no stack is asked for. */
export function readStacks(fields: Fields, report: Report): StackChoice | undefined {
  const isKernel = isAskedFor(fields, 'kernelStackTrace', report);
  const isUser = isAskedFor(fields, 'userStackTrace', report);
  if (!isKernel && !isUser) return undefined;
  return { ...(isKernel && { kernel: true as const }), ...(isUser && { user: true as const }) };
}

/** At a place of a program the registers are those of the program. */
export function checkKernelStacks(spec: HookSpec, report: Report): void {
  const { kind } = spec.hook.value;
  if (kind !== 'uprobe' && kind !== 'usdt') return;
  for (const { value, span } of spec.selectors.flatMap(({ actions }) => actions)) {
    if (value.kind !== 'Post' || value.stacks?.kernel !== true) continue;
    report.warning('POLICY_ACTION_PARAMETER', span, {
      message: 'no function of the kernel led to a place of a program: there is no stack of it',
      hint: 'write `userStackTrace: true` for the functions of the program',
    });
  }
}

function isAskedFor(fields: Fields, name: StackField, report: Report): boolean {
  const node = fields.entries.get(name)?.value;
  if (node === undefined || (node.kind === 'scalar' && isNull(node))) return false;
  return readBoolean(node, report) === true;
}
