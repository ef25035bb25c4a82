/** Alerts: what somebody on call is told of; findings and policy events of one cause are one. */
import type { FindingLevel } from './finding.ts';

export type AlertState = 'firing' | 'resolved';

export type AlertLabel =
  | 'node'
  | 'namespace'
  | 'pod'
  | 'workload'
  | 'container'
  | 'image'
  | 'service'
  | 'binary'
  | 'user';

/** What alerts can be told apart by; the rule or policy always does. */
export const ALERT_LABELS: readonly AlertLabel[] = [
  ...(['node', 'namespace', 'pod', 'workload', 'container', 'image'] as const),
  ...(['service', 'binary', 'user'] as const),
];

/** What raised it. */
export interface AlertCause {
  readonly kind: 'rule' | 'policy';
  /** Id of the rule, or name of the policy. */
  readonly id: string;
  readonly title: string;
  /** Changes when the rule does; empty for policies. */
  readonly version: string;
  readonly tags: readonly string[];
  /** Ids of MITRE ATT&CK, techniques and tactics. */
  readonly attack: readonly string[];
  readonly runbook: string;
}

/**
 * Immutable: each message about an alert carries it as it was then. Its JSON, with these names,
 * is the body of messages of the kinds `alert` and `alert_update`.
 */
export interface Alert {
  /** `node/boot/sequence/cause` of what opened it: the same however often that is read. */
  readonly id: string;
  /** Of the labels; alerts with the same one follow each other and are never open at once. */
  readonly fingerprint: string;
  readonly state: AlertState;
  readonly severity: FindingLevel;
  readonly cause: AlertCause;
  /** What was found the last time, in a sentence. */
  readonly message: string;
  /** What tells it from others: pids and times are not among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Findings or events that it stands for. */
  readonly count: number;
  /** Wall clock, ms since 1970. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly node: string;
  /** Empty when it has no name. */
  readonly cluster: string;
  /** The last finding or event, as its own JSON says it. */
  readonly evidence: Readonly<Record<string, unknown>>;
}
