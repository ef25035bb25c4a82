/** What the agent answers about alerts and deliveries, read as what it is. */
import type { Alert } from '../../model/alert.ts';
import type { DeliveryRecord } from '../../model/delivery.ts';
import { FINDING_LEVELS } from '../../model/finding.ts';
import {
  type JsonReader,
  readChoice,
  readFields,
  readList,
  readNumber,
  readRecord,
  readString,
} from './read-json.ts';

const readAnything: JsonReader<Readonly<Record<string, unknown>>> = readRecord((value) => value);

/** Body of GET /v1/alerts/ID. */
export const readAlert: JsonReader<Alert> = readFields<Alert>({
  id: readString,
  fingerprint: readString,
  state: readChoice(['firing', 'resolved']),
  severity: readChoice(FINDING_LEVELS),
  cause: readFields<Alert['cause']>({
    kind: readChoice(['rule', 'policy']),
    id: readString,
    title: readString,
    version: readString,
    tags: readList(readString),
    attack: readList(readString),
    runbook: readString,
  }),
  message: readString,
  labels: readRecord(readString),
  count: readNumber,
  firstSeenMs: readNumber,
  lastSeenMs: readNumber,
  node: readString,
  cluster: readString,
  evidence: readAnything,
});

/** Body of GET /v1/alerts. */
export const readAlerts: JsonReader<{ readonly alerts: readonly Alert[] }> = readFields<{
  readonly alerts: readonly Alert[];
}>({ alerts: readList(readAlert) });

/** Body of GET /v1/deliveries. */
export const readDeliveries: JsonReader<{ readonly deliveries: readonly DeliveryRecord[] }> =
  readFields<{ readonly deliveries: readonly DeliveryRecord[] }>({
    deliveries: readList(
      readFields<DeliveryRecord>({
        messageId: readString,
        sink: readString,
        timeMs: readNumber,
        attempt: readNumber,
        outcome: readChoice(['delivered', 'retry', 'rejected', 'gone']),
        detail: readString,
      }),
    ),
  });

/** A dead letter without the body of its message. */
export interface ListedLetter {
  readonly sink: string;
  readonly timeMs: number;
  readonly attempts: number;
  readonly reason: string;
  readonly message: { readonly id: string; readonly kind: string };
}

/** Body of GET /v1/deliveries/dead. */
export const readDead: JsonReader<{ readonly dead: readonly ListedLetter[] }> = readFields<{
  readonly dead: readonly ListedLetter[];
}>({
  dead: readList(
    readFields<ListedLetter>({
      sink: readString,
      timeMs: readNumber,
      attempts: readNumber,
      reason: readString,
      message: readFields<ListedLetter['message']>({ id: readString, kind: readString }),
    }),
  ),
});
