/** Rows of the store as values; a row that is not as it should be is undefined. */
import type { SQLOutputValue } from 'node:sqlite';
import {
  type DeadLetter,
  type DeliveryRecord,
  type Dispatch,
  MESSAGE_KINDS,
  type OutboundMessage,
} from '../../model/delivery.ts';
import { FINDING_LEVELS } from '../../model/finding.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

export function headOf({ body: _body, ...head }: OutboundMessage): string {
  return JSON.stringify(head);
}

/** Of the columns `head` and `body`. */
export function readMessage(row: Row): OutboundMessage | undefined {
  try {
    const head: unknown = JSON.parse(text(row, 'head'));
    if (typeof head !== 'object' || head === null) return undefined;
    const fields: Readonly<Record<string, unknown>> = { ...head };
    const kind = MESSAGE_KINDS.find((name) => name === fields['kind']);
    const severity = FINDING_LEVELS.find((name) => name === fields['severity']);
    if (kind === undefined || severity === undefined) return undefined;
    const timeMs = fields['timeMs'];
    const [id, node, namespace, rule] = ['id', 'node', 'namespace', 'rule'].map((name) =>
      String(fields[name] ?? ''),
    );
    if (typeof timeMs !== 'number' || id === undefined || id === '') return undefined;
    const names = { node: node ?? '', namespace: namespace ?? '', rule: rule ?? '' };
    return { id, kind, severity, timeMs, ...names, body: text(row, 'body') };
  } catch {
    return undefined;
  }
}

/** Of a row of the outbox, joined with its message. */
export function readDispatch(row: Row, series: string): Dispatch | undefined {
  const message = readMessage(row);
  if (message === undefined) return undefined;
  const number = numberOf(row, 'number');
  return { message, series, first: number, last: number, attempts: numberOf(row, 'attempts') };
}

export function readDeadLetter(row: Row): DeadLetter | undefined {
  const message = readMessage(row);
  if (message === undefined) return undefined;
  return {
    message,
    sink: text(row, 'sink'),
    timeMs: numberOf(row, 'time_ms'),
    attempts: numberOf(row, 'attempts'),
    reason: text(row, 'reason'),
  };
}

const OUTCOMES = ['delivered', 'retry', 'rejected', 'gone'] as const;

export function readDelivery(row: Row): DeliveryRecord {
  return {
    messageId: text(row, 'message_id'),
    sink: text(row, 'sink'),
    timeMs: numberOf(row, 'time_ms'),
    attempt: numberOf(row, 'attempt'),
    outcome: OUTCOMES.find((name) => name === row['outcome']) ?? 'retry',
    detail: text(row, 'detail'),
  };
}

export function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === 'string' ? value : '';
}

export function numberOf(row: Row | undefined, column: string): number {
  const value = row?.[column];
  return typeof value === 'number' ? value : Number(value ?? 0);
}
