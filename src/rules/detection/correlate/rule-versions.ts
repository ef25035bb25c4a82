/** What the groups of correlations were made by: a changed rule counts something else. */
import type { CorrelationRule } from '../ir/correlation.ts';
import type { DetectionRule } from '../ir/rule.ts';

/** By id of each correlation: its version, with those of all rules that it is about. */
export function correlationVersions(rules: readonly DetectionRule[]): ReadonlyMap<string, string> {
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  const correlations = rules.filter((rule) => rule.kind === 'correlation');
  return new Map(correlations.map((rule) => [rule.id, versionOf(rule, known)]));
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
