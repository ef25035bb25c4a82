/** Correlations about which rules matched within one span, and in which order. */
import type { CorrelationRule, RuleExpression } from '../ir/correlation.ts';
import { isWithin } from './bounds.ts';
import type { Entry } from './group.ts';

/** The entries that fulfil the correlation, the last one included; undefined when none do. */
export function findTemporal(
  rule: CorrelationRule,
  entries: readonly Entry[],
): readonly Entry[] | undefined {
  if (rule.type === 'temporal_ordered') return findOrdered(rule.rules.length, entries);
  const latest = new Map<number, Entry>();
  for (const entry of entries) latest.set(entry.rule, entry);
  const ids = new Set([...latest.keys()].map((number) => rule.rules[number] ?? ''));
  if (!isFulfilled(rule, ids)) return undefined;
  return [...latest.values()].sort((a, b) => a.timeUs - b.timeUs);
}

/** All rules, or as many as the bounds say, or what the condition says. */
function isFulfilled(
  { condition, bounds, rules }: CorrelationRule,
  seen: ReadonlySet<string>,
): boolean {
  if (condition !== undefined) return expressionHolds(condition, seen);
  if (Object.keys(bounds).length > 0) return isWithin(seen.size, bounds);
  return seen.size === new Set(rules).size;
}

function expressionHolds(expression: RuleExpression, seen: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case 'rule':
      return seen.has(expression.id);
    case 'not':
      return !expressionHolds(expression.part, seen);
    case 'and':
      return expression.parts.every((part) => expressionHolds(part, seen));
    default:
      return expression.parts.some((part) => expressionHolds(part, seen));
  }
}

/**
 * The chain that ends with the latest entry, each link the latest that can be before the next. Of
 * entries at the same time the later rule is after the earlier one.
 */
function findOrdered(length: number, entries: readonly Entry[]): readonly Entry[] | undefined {
  const chain: Entry[] = [];
  let wanted = length - 1;
  for (let at = entries.length - 1; at >= 0 && wanted >= 0; at -= 1) {
    const entry = entries[at];
    if (entry === undefined || entry.rule !== wanted) continue;
    chain.unshift(entry);
    wanted -= 1;
  }
  return wanted < 0 ? chain : undefined;
}
