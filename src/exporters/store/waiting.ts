/** What waits in an outbox, as it was added. */
import type { OutboundMessage } from '../../model/delivery.ts';
import { type Row, readMessage, text } from './rows.ts';

/** One row for each destination of each message. */
export const WAITING: string =
  'SELECT sink, head, body FROM outbox JOIN messages ON messages.id = message_id ' +
  'ORDER BY outbox.rowid';

interface Waiting {
  readonly message: OutboundMessage;
  readonly sinks: readonly string[];
}

/** Of rows of WAITING. */
export function readWaiting(rows: readonly Row[]): readonly Waiting[] {
  const found = new Map<string, Waiting>();
  for (const row of rows) {
    const message = readMessage(row);
    if (message === undefined) continue;
    const sinks = [...(found.get(message.id)?.sinks ?? []), text(row, 'sink')];
    found.set(message.id, { message, sinks });
  }
  return [...found.values()];
}
