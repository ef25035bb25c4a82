/** Which correlations can be used: those that stand on rules, with nothing missing between. */
import { quote } from '../../syntax/quote.ts';
import type { CorrelationRule } from '../ir/correlation.ts';
import type { CorrelationDocument } from './known-rules.ts';

/** A correlation with the document that it was read from. */
export type ReadCorrelation = CorrelationDocument & { readonly rule: CorrelationRule };

/** Correlations of correlations; nobody follows more of them, and evaluation does not. */
const LEVELS_MAX = 16;

/**
 * Leaves out correlations that need what is not there, that need themselves, or that stand on too
 * many others; each is told. `ids`: of rules that one event decides.
 */
export function dropUnusable(
  correlations: readonly ReadCorrelation[],
  ids: ReadonlySet<string>,
): readonly CorrelationRule[] {
  const users = findUsers(correlations);
  const broken = findBroken(correlations, users, ids);
  const whole = correlations.filter((each) => !broken.has(each));
  const levels = findLevels(whole, users);
  for (const each of whole) {
    const { rule, document, at } = each;
    const level = levels.get(each);
    if (level === undefined) {
      const message = `the correlation ${quote(rule.title)} needs itself, or one that does`;
      document.report.error('SIGMA_CORRELATION_CYCLE', at.keySpan, { message });
    } else if (level > LEVELS_MAX) {
      const message = `${quote(rule.title)} stands on more than ${LEVELS_MAX} other correlations`;
      document.report.error('SIGMA_CORRELATION_TOO_DEEP', at.keySpan, { message });
    }
  }
  return whole.flatMap((each) =>
    (levels.get(each) ?? LEVELS_MAX + 1) <= LEVELS_MAX ? [each.rule] : [],
  );
}

/** By id: correlations that need it. */
type Users = ReadonlyMap<string, readonly ReadCorrelation[]>;

function findUsers(correlations: readonly ReadCorrelation[]): Users {
  const users = new Map<string, ReadCorrelation[]>();
  for (const each of correlations) {
    for (const id of new Set(each.rule.rules)) {
      const found = users.get(id);
      if (found === undefined) users.set(id, [each]);
      else found.push(each);
    }
  }
  return users;
}

/** Correlations of which something is missing, and those that need these; all are told. */
function findBroken(
  correlations: readonly ReadCorrelation[],
  users: Users,
  ids: ReadonlySet<string>,
): ReadonlySet<ReadCorrelation> {
  const there = new Set([...ids, ...correlations.map(({ rule }) => rule.id)]);
  const waiting = correlations.flatMap((each) => {
    const missing = each.rule.rules.find((id) => !there.has(id));
    return missing === undefined ? [] : [{ each, missing }];
  });
  const broken = new Set<ReadCorrelation>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { each, missing } = next;
    if (broken.has(each)) continue;
    broken.add(each);
    const message = `${quote(missing)}, which this correlation needs, has an error`;
    each.document.report.error('SIGMA_RULE_UNKNOWN', each.at.keySpan, { message });
    const { id } = each.rule;
    waiting.push(...(users.get(id) ?? []).map((user) => ({ each: user, missing: id })));
  }
  return broken;
}

/** How many correlations each one stands on, itself included; those in circles have no level. */
function findLevels(
  correlations: readonly ReadCorrelation[],
  users: Users,
): ReadonlyMap<ReadCorrelation, number> {
  const own = new Set(correlations.map(({ rule }) => rule.id));
  const open = new Map(
    correlations.map((each) => [
      each,
      [...new Set(each.rule.rules)].filter((id) => own.has(id)).length,
    ]),
  );
  const levels = new Map<ReadCorrelation, number>();
  const below = new Map<ReadCorrelation, number>();
  const ready = correlations.filter((each) => open.get(each) === 0);
  for (let each = ready.pop(); each !== undefined; each = ready.pop()) {
    const level = (below.get(each) ?? 0) + 1;
    levels.set(each, level);
    for (const user of users.get(each.rule.id) ?? []) {
      const left = (open.get(user) ?? 0) - 1;
      open.set(user, left);
      below.set(user, Math.max(below.get(user) ?? 0, level));
      if (left === 0) ready.push(user);
    }
  }
  return levels;
}
