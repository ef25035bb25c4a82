/** Reads whether a policy asks for files that are mapped executable. */
import type { PolicyScope } from '../../../model/scope.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Report } from '../report.ts';
import { BOOLEAN } from './field-types.ts';
import { readBoolean } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

/** The field of the spec. */
export const LOADER: FieldSpec = {
  type: BOOLEAN,
  description:
    'Whether files that any process maps executable, programs and libraries, are reported with ' +
    'their build ids.',
};

/** Reads it, and refuses a scope: mappings of every process would be reported all the same. */
export function readLoader(
  entry: MappingEntry | undefined,
  scope: PolicyScope | undefined,
  report: Report,
): boolean {
  if (entry === undefined || readBoolean(entry.value, report) !== true) return false;
  // Which nodes load a policy has nothing to do with whom it is about there.
  const { nodes: _, ...processes } = scope ?? {};
  if (Object.keys(processes).length === 0) return true;
  report.error('POLICY_SCOPE_INVALID', entry.keySpan, {
    message: '`loader` reports every process of the node, and the policy is for some only',
    hint: 'put `loader` into a TracingPolicy of its own, without selectors of pods and the host',
  });
  return false;
}
