/** A destination of messages that answers for each of them. */
import type { DeliveryOutcome, Dispatch } from '../model/delivery.ts';

export interface DeliverySink {
  /**
   * Prepares what is needed, such as a connection; called before anything else and, after it
   * rejected, again later. Rejects with a CodedError.
   */
  open(): Promise<void>;
  /**
   * One outcome for each message, in their order. May reject, which counts as `retry` for all.
   * Called again only after it settled.
   */
  deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]>;
  /** Tells when a destination that was away is back, so that nothing waits any longer. */
  onReady?(listener: () => void): void;
  /** Gives up what is running. */
  close(): Promise<void>;
}
