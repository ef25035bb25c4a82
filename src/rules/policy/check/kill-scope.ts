/** Reads how far a kill goes: `killTree` of the action `Sigkill`. */

import type { ActionPlan } from '../../../model/plan.ts';
import type { Report } from '../report.ts';
import { BOOLEAN } from './field-types.ts';
import type { Fields } from './fields.ts';
import { readBoolean } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

export const KILL_SCOPE_FIELDS: Readonly<Record<'killTree', FieldSpec>> = {
  killTree: {
    type: BOOLEAN,
    description:
      'For `Sigkill`: whether all that descends from the process is killed too, orphans as well, ' +
      'as long as the agent runs.',
  },
};

/** Undefined when it is not as it should be. */
export function readKill(
  fields: Fields,
  report: Report,
): Extract<ActionPlan, { readonly kind: 'Sigkill' }> | undefined {
  const entry = fields.entries.get('killTree');
  const isTree = entry && readBoolean(entry.value, report);
  if (entry !== undefined && isTree === undefined) return undefined;
  return { kind: 'Sigkill', ...(isTree && { isTree }) };
}
