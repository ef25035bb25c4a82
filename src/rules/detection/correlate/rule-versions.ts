/** What rules were compiled from, and what the groups of correlations were made by. */
import type { CorrelationRule } from '../ir/correlation.ts';
import type { DetectionRule } from '../ir/rule.ts';

/**
 * By id of each rule; of correlations with the versions of all rules that they are about: of a
 * changed rule, something else is counted.
 */
export function ruleVersions(rules: readonly DetectionRule[]): ReadonlyMap<string, string> {
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  return new Map(
    rules.map((rule) => [
      rule.id,
      rule.kind === 'correlation' ? versionOf(rule, known) : rule.version,
    ]),
  );
}

/** Of every rule that is reached, once: front ends refuse cycles, and this ends with them, too. */
function versionOf(first: CorrelationRule, known: ReadonlyMap<string, DetectionRule>): string {
  const reached = new Set<string>([first.id]);
  const versions: string[] = [];
  for (const id of reached) {
    const rule = known.get(id);
    versions.push(rule?.version ?? '');
    for (const next of rule?.kind === 'correlation' ? rule.rules : []) reached.add(next);
  }
  return versions.join('+');
}
