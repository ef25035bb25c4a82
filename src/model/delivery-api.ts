/** What the API tells of alerts and of what is delivered. */
import type { Alert } from './alert.ts';
import type { DeadLetter, DeliveryRecord } from './delivery.ts';

export interface DeliveryApi {
  /** Open ones first, then those that were resolved last. */
  alerts(limit: number): readonly Alert[];
  alert(id: string): Alert | undefined;
  /** Newest first. */
  deliveries(limit: number): readonly DeliveryRecord[];
  deadLetters(limit: number): readonly DeadLetter[];
  /** How many are sent again; undefined when there is no such destination. */
  replay(sink: string, messageId?: string): number | undefined;
  /** False when there is no such destination. */
  enable(sink: string): boolean;
}
