/** What is written to the store: messages with their alerts, and what became of tries. */
import type { DeliveryOutcome, Dispatch, OutboundMessage } from '../../model/delivery.ts';

/** An alert as it is now; one with the same id takes its place. */
export interface StoredAlert {
  readonly id: string;
  readonly fingerprint: string;
  readonly body: string;
}

/** What is written together or not at all. */
export interface Addition {
  readonly message: OutboundMessage;
  /** Names of the destinations it is for. */
  readonly sinks: readonly string[];
  readonly alert?: StoredAlert | undefined;
}

/** What became of one try. */
export interface Settlement {
  readonly sink: string;
  readonly dispatch: Dispatch;
  readonly outcome: DeliveryOutcome['kind'];
  readonly detail: string;
  readonly timeMs: number;
  /** `later` at `dueMs`, done, or given up. */
  readonly next: 'later' | 'done' | 'dead';
  readonly dueMs: number;
}
