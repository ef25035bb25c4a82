/** Finds rules about events that nothing reports yet. */
import type { EventClass } from '../../src/model/event-class.ts';
import type { DetectionRule } from '../../src/rules/detection/ir/rule.ts';
import { findWanted } from '../../src/rules/detection/sources/pushdown.ts';
import { SOURCES } from '../../src/rules/detection/sources/source-table.ts';

/** Told by the sensor of processes itself. */
const ALWAYS_SEEN: readonly EventClass[] = ['process.exec', 'process.exit', 'policy.match'];

/** Ids of rules none of whose classes has a source, and of correlations that need such a rule. */
export function findUnseen(rules: readonly DetectionRule[]): ReadonlySet<string> {
  const seen = new Set<EventClass>([...ALWAYS_SEEN, ...SOURCES.flatMap(({ classes }) => classes)]);
  const unseen = new Set<string>();
  for (const rule of rules) {
    if (rule.kind !== 'event') continue;
    const { classes } = findWanted([{ ...rule, isEnabled: true }]);
    if (![...classes].some((each) => seen.has(each))) unseen.add(rule.id);
  }
  for (const rule of rules) {
    if (rule.kind === 'correlation' && rule.rules.some((id) => unseen.has(id))) unseen.add(rule.id);
  }
  return unseen;
}
