/** Findings: a rule matched an event, or several. */
import type { DetectionEvent } from './detection-event.ts';

export type FindingLevel = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** From the least to the most severe. */
export const FINDING_LEVELS: readonly FindingLevel[] = [
  'informational',
  'low',
  'medium',
  'high',
  'critical',
];

/** What a rule may ask to be done to the process of its event. */
export type ResponseKind =
  | 'kill_process'
  | 'kill_tree'
  | 'quarantine_process'
  | 'quarantine_pod'
  | 'signal'
  | 'webhook';

/** Of MITRE ATT&CK. */
export interface AttackTechnique {
  /** `T1059.004`, or a tactic as `TA0002`; as the rule names it. */
  readonly id: string;
  readonly kind: 'tactic' | 'technique';
}

/** A part of a condition that was true, with what it looked at. */
export interface MatchedTest {
  /** As the author wrote it. */
  readonly written: string;
  readonly field: string;
  readonly value: string;
}

/** What was done about a finding, and what came of it. */
export interface FindingResponse {
  readonly kind: ResponseKind;
  readonly outcome: 'denied' | 'killed' | 'killed_after' | 'not_enforced';
  /** Nothing was done: this is what would have been. */
  readonly isDryRun: boolean;
  /** From the event to the last process that ended, or the verdict in place; absent without one. */
  readonly latencyNs?: bigint | undefined;
  readonly processes: number;
  /** Why it was not enforced; empty when it was. */
  readonly reason: string;
}

/** What a rule is to those who read its findings. */
export interface FindingRule {
  readonly id: string;
  readonly title: string;
  /** Changes when the rule does. */
  readonly version: string;
  readonly language: string;
  readonly level: FindingLevel;
  readonly status: string;
  readonly tags: readonly string[];
  readonly attack: readonly AttackTechnique[];
  readonly runbook: string;
}

/** Immutable. */
export interface Finding {
  /** `node/boot/sequence/rule`: the same for the same events, however often they are read. */
  readonly id: string;
  readonly rule: FindingRule;
  /** The output of the rule, or its title. */
  readonly message: string;
  /** Of the last event that it took; CLOCK_BOOTTIME ns. */
  readonly timeNs: bigint;
  readonly matched: readonly MatchedTest[];
  /** Fields the rule wants shown, as text. */
  readonly fields: Readonly<Record<string, string>>;
  /** What the finding rests on, oldest first; the last is the one that completed it. */
  readonly evidence: readonly DetectionEvent[];
  /** Events that counted; more than the evidence when that was cut. */
  readonly count: number;
  /** Findings of the rule that were left out since the one before, as there were too many. */
  readonly suppressed?: number | undefined;
  /** Of correlations: what the events have in common. */
  readonly group?: Readonly<Record<string, string>> | undefined;
  readonly response?: FindingResponse | undefined;
}

/** Findings of one rule for each second, where the configuration says nothing. */
export const FINDINGS_PER_SECOND = 10;
