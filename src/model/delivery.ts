/** What is delivered to other systems, and what becomes of it. */
import type { FindingLevel } from './finding.ts';

export type MessageKind = 'event' | 'alert' | 'alert_update' | 'health' | 'policy_status';

export const MESSAGE_KINDS: readonly MessageKind[] = [
  'event',
  'alert',
  'alert_update',
  'health',
  'policy_status',
];

/** Immutable. */
export interface OutboundMessage {
  /** `node/boot/sequence`, and what tells it from others of that event: never another one. */
  readonly id: string;
  readonly kind: MessageKind;
  readonly severity: FindingLevel;
  readonly node: string;
  /** Of the pod; empty when there is none. */
  readonly namespace: string;
  /** Wall clock, ms since 1970. */
  readonly timeMs: number;
  /** Id of the rule or policy; empty when none matched. */
  readonly rule: string;
  /** JSON. */
  readonly body: string;
}

/** A message with its place in what one destination is sent. */
export interface Dispatch {
  readonly message: OutboundMessage;
  /** Which series of numbers `first` and `last` belong to; another one after a loss of state. */
  readonly series: string;
  /**
   * The numbers that this message answers for: its own is the last, the others were left out on
   * purpose. A number that no message answers for was lost.
   */
  readonly first: number;
  readonly last: number;
  /** Tries before this one. */
  readonly attempts: number;
}

/** What a destination said to one message. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered'; readonly isDuplicate?: boolean }
  /** May work later; `afterMs` when the destination said when. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number | undefined }
  /** Never will. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** The destination wants no more messages at all. */
  | { readonly kind: 'gone'; readonly reason: string };

/** A try, as the log of deliveries keeps it. */
export interface DeliveryRecord {
  readonly messageId: string;
  readonly sink: string;
  readonly timeMs: number;
  readonly attempt: number;
  readonly outcome: DeliveryOutcome['kind'];
  readonly detail: string;
}

/** A message that was given up, and can be sent again. */
export interface DeadLetter {
  readonly message: OutboundMessage;
  readonly sink: string;
  readonly timeMs: number;
  readonly attempts: number;
  readonly reason: string;
}
