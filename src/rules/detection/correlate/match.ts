/** Matches: what correlations are made of. */
import type { DetectionEvent } from '../../../model/detection-event.ts';

/** An event that a rule matched, or a correlation that came about. */
export interface RuleMatch {
  /** Id of the rule. */
  readonly rule: string;
  /** Microseconds of CLOCK_BOOTTIME: exact in a double for 285 years. */
  readonly timeUs: number;
  /** Oldest first. */
  readonly events: readonly DetectionEvent[];
  /** Events that counted; more than `events` when those were cut. */
  readonly count: number;
  /** Of correlations: values of the group, by what the rule calls them. */
  readonly group?: Readonly<Record<string, string>> | undefined;
}

/** Reads a field of a match as text; undefined when it is not known. */
export type MatchReader = (match: RuleMatch, field: string, key?: string) => string | undefined;
