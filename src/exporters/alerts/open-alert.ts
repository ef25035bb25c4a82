/** An alert that may still change, and how it is kept. */
import { createHash } from 'node:crypto';
import type { Alert, AlertLabel } from '../../model/alert.ts';
import type { OutboundMessage } from '../../model/delivery.ts';
import type { Occurrence } from './occurrence.ts';

/** The alert with what is not told. */
export interface OpenAlert {
  readonly alert: Alert;
  /** Of the last occurrence; undefined when its JSON is in the alert already. */
  readonly line: string | undefined;
  /** Of the pod; empty when there is none. */
  readonly namespace: string;
  /** When somebody was told of it last, and how often that was. */
  readonly sentMs: number;
  readonly sentCount: number;
  readonly messages: number;
  /** As it was written to the store last. */
  readonly keptCount: number;
}

export interface AlertPlace {
  readonly node: string;
  /** Empty when it has no name. */
  readonly cluster: string;
  readonly groupBy: readonly AlertLabel[];
}

/** Half of a SHA-256 in hexadecimal. */
const FINGERPRINT_LENGTH = 32;

/** What tells it from others: of its labels, those that are asked for. */
export function groupOf(
  { cause, labels }: Occurrence,
  groupBy: readonly AlertLabel[],
): { readonly fingerprint: string; readonly labels: Readonly<Record<string, string>> } {
  const names = groupBy.filter((name) => labels[name] !== undefined).toSorted();
  const pairs = names.map((name) => [name, labels[name] ?? '']);
  const text = JSON.stringify([cause.kind, cause.id, pairs]);
  const digest = createHash('sha256').update(text).digest('hex');
  return {
    fingerprint: digest.slice(0, FINGERPRINT_LENGTH),
    labels: Object.fromEntries(pairs),
  };
}

export function openAlert(occurrence: Occurrence, place: AlertPlace): OpenAlert {
  const { id, cause, severity, message, timeMs, line } = occurrence;
  const { node, cluster } = place;
  const alert: Alert = {
    ...{ id, ...groupOf(occurrence, place.groupBy), state: 'firing', severity, cause, message },
    ...{ count: 1, firstSeenMs: timeMs, lastSeenMs: timeMs, node, cluster, evidence: {} },
  };
  const namespace = occurrence.labels.namespace ?? '';
  return { alert, line, namespace, sentMs: 0, sentCount: 0, messages: 0, keptCount: 0 };
}

/** One more of the same. */
export function addOccurrence(open: OpenAlert, occurrence: Occurrence): OpenAlert {
  const { severity, message, timeMs, line, cause } = occurrence;
  const { count, lastSeenMs } = open.alert;
  const seen = { count: count + 1, lastSeenMs: Math.max(lastSeenMs, timeMs) };
  return { ...open, line, alert: { ...open.alert, severity, message, cause, ...seen } };
}

/** With its evidence as JSON, which is made only when somebody is told or it is kept. */
export function settled(open: OpenAlert): OpenAlert {
  if (open.line === undefined) return open;
  return {
    ...open,
    line: undefined,
    alert: { ...open.alert, evidence: evidenceOf(open.line) },
  };
}

function evidenceOf(line: string): Alert['evidence'] {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The first is never left out anywhere; those that follow are updates, of when they are told. */
export function messageOf({ alert, namespace, messages }: OpenAlert, now: number): OutboundMessage {
  const isFirst = messages === 0;
  return {
    id: isFirst ? `${alert.id}/alert` : `${alert.id}/update-${messages}`,
    kind: isFirst ? 'alert' : 'alert_update',
    severity: alert.severity,
    node: alert.node,
    namespace,
    timeMs: isFirst ? alert.lastSeenMs : now,
    rule: alert.cause.id,
    body: JSON.stringify(alert),
  };
}
