/** Reads `hook`: which LSM hook an lsmhooks entry means. */

import type { Hook } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import { readText } from './scalars.ts';

/** Reads a hook name, with or without the prefix of the BPF stub. */
export function readLsmHook(node: YamlNode, report: Report): Located<Hook> | undefined {
  const hook = readText(node, report);
  if (hook === undefined) return undefined;
  const name = hook.value.replace(/^bpf_lsm_/, '');
  if (/^[a-z][a-z0-9_]{0,127}$/.test(name)) {
    return { value: { kind: 'lsm', name }, span: hook.span };
  }
  const message = `${quote(hook.value)} is not the name of an LSM hook`;
  report.error('POLICY_VALUE_INVALID', hook.span, { message });
  return undefined;
}
