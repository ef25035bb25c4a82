/** Finds rules that no event can match. */
import type { DetectionRule } from '../../src/rules/detection/ir/rule.ts';
import { findWanted } from '../../src/rules/detection/sources/wanted.ts';

/** Ids of rules that ask of no class what its events have, and of correlations that need one. */
export function findUnseen(rules: readonly DetectionRule[]): ReadonlySet<string> {
  const unseen = new Set<string>();
  for (const rule of rules) {
    if (rule.kind !== 'event') continue;
    const { conditions } = findWanted([{ ...rule, isEnabled: true }]);
    if (conditions.size === 0) unseen.add(rule.id);
  }
  for (const rule of rules) {
    if (rule.kind === 'correlation' && rule.rules.some((id) => unseen.has(id))) unseen.add(rule.id);
  }
  return unseen;
}
