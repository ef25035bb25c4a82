/** Reads whether a Post action reports the hash of the file. */

import type { KernelParameter, KernelTypes } from '../../../model/kernel-types.ts';
import { quote } from '../../syntax/quote.ts';
import { isNull } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import type { HookSpec } from '../spec.ts';
import type { CheckContext } from './context.ts';
import type { Fields } from './fields.ts';
import { readBoolean } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

/** What a hook is about a file of. */
const FIRST_PARAMETERS: readonly string[] = ['struct file *', 'struct linux_binprm *'];

/** Fields of an action that are about hashes. */
export const HASH_FIELDS: Readonly<Record<'imaHash', FieldSpec>> = {
  imaHash: {
    type: { kind: 'boolean' },
    description:
      'For `Post` in `lsmhooks`: reports the hash of the file, which the integrity measurement ' +
      '(IMA) of the kernel makes when it has none yet. An operation that is denied has no hash.',
  },
};

/** Undefined when no hash is asked for. */
export function readHash(fields: Fields, report: Report): true | undefined {
  const node = fields.entries.get('imaHash')?.value;
  if (node === undefined || (node.kind === 'scalar' && isNull(node))) return undefined;
  return readBoolean(node, report) === true ? true : undefined;
}

/** Refuses hashes where there is no file, or nobody who may wait for the hash. */
export function checkHashes({ hook, selectors }: HookSpec, context: CheckContext): void {
  const { report, kernel } = context;
  for (const { value, span } of selectors.flatMap(({ actions }) => actions)) {
    if (value.kind !== 'Post' || value.hash !== true) continue;
    if (hook.value.kind !== 'lsm') {
      report.error('POLICY_ACTION_PARAMETER', span, {
        message: 'only hooks of security modules can wait for the hash of a file',
        hint: 'use an entry of `lsmhooks`, such as mmap_file or bprm_check_security',
      });
    } else if (kernel !== undefined && !hasFile(hook.value.name, kernel)) {
      report.error('POLICY_ACTION_PARAMETER', span, {
        message: `the first parameter of ${quote(hook.value.name)} is no file to hash`,
        hint: 'use a hook such as mmap_file or bprm_check_security',
      });
    } else if (hook.value.name === 'file_open') {
      report.warning('POLICY_ACTION_PARAMETER', span, {
        message:
          'at file_open the file cannot be read yet: there is a hash if it was measured before',
        hint: 'use mmap_file or bprm_check_security, or have IMA measure files (`ima_policy`)',
      });
    }
  }
}

/** A hook that the kernel does not have is reported elsewhere. */
function hasFile(name: string, kernel: KernelTypes): boolean {
  const parameters = kernel.functionParameters(`bpf_lsm_${name}`);
  return parameters === undefined || FIRST_PARAMETERS.includes(firstType(parameters));
}

function firstType([first]: readonly KernelParameter[]): string {
  return (first?.type ?? '').replace(/^const /, '');
}
