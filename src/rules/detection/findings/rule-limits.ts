/** How many findings each rule may give: one that fires for every event must not drown the rest. */
import { FindingLimiter } from '../typescript/finding-limiter.ts';

/** Findings at once, for each one a second that is allowed. */
const BURST_SECONDS = 10;

/** What is kept of one rule. */
interface RuleLimit {
  readonly limiter: FindingLimiter;
  /** Left out since the finding before. */
  pending: number;
  suppressed: number;
}

/** Buckets by rule, which fill with the time of events: a replay suppresses the same. */
export class RuleLimits {
  readonly #limits = new Map<string, RuleLimit>();
  readonly #perSecond: number;

  /** `perSecond` is more than 0. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /**
   * Undefined when this one is too many; else how many were left out before it. Buckets begin
   * full, so the first finding of a rule always goes out.
   */
  take(rule: string, nowMs: number): number | undefined {
    const limit = this.#limitOf(rule);
    if (!limit.limiter.take(nowMs)) {
      limit.pending += 1;
      limit.suppressed += 1;
      return undefined;
    }
    const { pending } = limit;
    limit.pending = 0;
    return pending;
  }

  /** Totals of the rules that had too many. */
  suppressed(): ReadonlyMap<string, number> {
    const some = [...this.#limits].filter(([, { suppressed }]) => suppressed > 0);
    return new Map(some.map(([rule, { suppressed }]) => [rule, suppressed]));
  }

  #limitOf(rule: string): RuleLimit {
    const known = this.#limits.get(rule);
    if (known !== undefined) return known;
    const findingsPerSecond = this.#perSecond;
    const findingsBurst = Math.max(1, findingsPerSecond * BURST_SECONDS);
    const limiter = new FindingLimiter({ findingsBurst, findingsPerSecond });
    const made: RuleLimit = { limiter, pending: 0, suppressed: 0 };
    this.#limits.set(rule, made);
    return made;
  }
}
