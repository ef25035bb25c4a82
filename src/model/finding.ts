/** Findings: a rule matched an event, or several. */
import type { DetectionEvent } from './detection-event.ts';
import type { RespondedProcess, ResponseOutcome } from './response.ts';

export type FindingLevel = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** From the least to the most severe. */
export const FINDING_LEVELS: readonly FindingLevel[] = [
  'informational',
  'low',
  'medium',
  'high',
  'critical',
];

/** What can be done about a finding, to the process of its last event. */
export type ResponseKind =
  | 'kill_process'
  | 'kill_tree'
  | 'quarantine_process'
  | 'quarantine_tree'
  | 'quarantine_pod'
  | 'signal'
  | 'webhook';

/** All of them. */
export const RESPONSE_KINDS: readonly ResponseKind[] = [
  ...(['kill_process', 'kill_tree'] as const),
  ...(['quarantine_process', 'quarantine_tree', 'quarantine_pod'] as const),
  ...(['signal', 'webhook'] as const),
];

/** How a rule is answered. */
export interface RuleResponse {
  readonly kind: ResponseKind;
  /** Number, of the kind `signal`. */
  readonly signal?: number;
  /** Of the kind `webhook`: what the finding is posted to. */
  readonly url?: string;
  /** The processes are found and named, and nothing is done. */
  readonly isDryRun: boolean;
}

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

/**
 * What was done about a finding, and what came of it: of a response, or whether a webhook took the
 * finding.
 */
export interface FindingResponse {
  /** Id of the finding. */
  readonly finding: string;
  /** Id of the rule. */
  readonly rule: string;
  readonly kind: ResponseKind;
  readonly outcome: ResponseOutcome | 'delivered' | 'not_delivered';
  /** Nothing was done: this is what would have been. */
  readonly isDryRun: boolean;
  /** Of the event that it answers; CLOCK_BOOTTIME ns. */
  readonly causeTimeNs: bigint;
  /** From that event to the last process that ended, or the verdict in place; 0 without either. */
  readonly latencyNs: bigint;
  /** Number of processes that it was done to, or in a dry run would have been. */
  readonly processes: number;
  /** The first of them. */
  readonly found: readonly RespondedProcess[];
  /** Of a quarantine that is in force. */
  readonly quarantine?: number | undefined;
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
  /** What is done about its findings; absent when nothing is. */
  readonly respond?: RuleResponse | undefined;
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
  /** Of correlations: what the events have in common. */
  readonly group?: Readonly<Record<string, string>> | undefined;
}
