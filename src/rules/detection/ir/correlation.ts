/** Rules about several events in a span of time. */
import type { FieldReference } from './condition.ts';
import type { RuleHead } from './rule.ts';

export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'temporal'
  | 'temporal_ordered';

/** Bounds of a count or value; all that are given have to hold. */
export interface CorrelationBounds {
  readonly equal?: number;
  readonly notEqual?: number;
  readonly greater?: number;
  readonly greaterOrEqual?: number;
  readonly less?: number;
  readonly lessOrEqual?: number;
}

/** One key of a group: the field to read for events of each rule, by the id of the rule. */
export interface GroupKey {
  /** As the author wrote it: an alias or a field. */
  readonly written: string;
  readonly fields: ReadonlyMap<string, FieldReference>;
}

/** A rule about several events in a span of time. */
export interface CorrelationRule extends RuleHead {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids of event rules and correlations, in the order of the rule. */
  readonly rules: readonly string[];
  readonly groupBy: readonly GroupKey[];
  readonly timespanNs: bigint;
  readonly bounds: CorrelationBounds;
  /** What is counted or summed, by rule; for value_*. Several fields count as one tuple. */
  readonly values: readonly GroupKey[];
  /** For value_percentile, 0 to 100. */
  readonly percentile?: number | undefined;
  /** temporal: which of the rules have to be seen, over their ids; absent: all of them. */
  readonly condition?: RuleExpression | undefined;
}

/** Booleans over ids of rules. */
export type RuleExpression =
  | { readonly kind: 'rule'; readonly id: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly RuleExpression[] }
  | { readonly kind: 'not'; readonly part: RuleExpression };
