/** How the store is kept small: what is done goes first, what still waits goes last. */
import { numberOf, text } from './rows.ts';
import type { Statements } from './statements.ts';

const DELIVERIES_MAX = 10_000;
const DEAD_LETTERS_MAX = 10_000;
const ALERTS_MAX = 100_000;

/** Of the texts of messages, which are nearly all of it. */
export function sizeOf(statements: Statements): number {
  const row = statements.get('SELECT SUM(OCTET_LENGTH(body)) AS size FROM messages');
  return numberOf(row, 'size');
}

/** Forgets what was done with before that time. */
export function forgetOld(statements: Statements, beforeMs: number): void {
  for (const table of ['deliveries', 'dead_letters'] as const) {
    const max = table === 'deliveries' ? DELIVERIES_MAX : DEAD_LETTERS_MAX;
    statements.run(
      `DELETE FROM ${table} WHERE time_ms < ? OR id <= (SELECT MAX(id) FROM ${table}) - ?`,
      [beforeMs, max],
    );
  }
  forgetMessages(statements, beforeMs);
  statements.run('DELETE FROM alerts WHERE rowid <= (SELECT MAX(rowid) FROM alerts) - ?', [
    ALERTS_MAX,
  ]);
}

/** Those that nobody waits for and that were not given up. */
export function forgetMessages(statements: Statements, beforeMs: number): void {
  statements.run(
    `DELETE FROM messages WHERE added_ms < ?
     AND NOT EXISTS (SELECT 1 FROM outbox WHERE message_id = messages.id)
     AND NOT EXISTS (SELECT 1 FROM dead_letters WHERE message_id = messages.id)`,
    [beforeMs],
  );
}

/** Gives up messages that still wait, oldest first; returns how many. */
export function dropOldest(statements: Statements, bytes: number): number {
  let freed = 0;
  let dropped = 0;
  while (freed < bytes) {
    const sql =
      'SELECT id, OCTET_LENGTH(body) AS size FROM messages ORDER BY added_ms, rowid LIMIT 1';
    const oldest = statements.get(sql);
    if (oldest === undefined) return dropped;
    const id = text(oldest, 'id');
    for (const table of ['outbox', 'dead_letters']) {
      statements.run(`DELETE FROM ${table} WHERE message_id = ?`, [id]);
    }
    statements.run('DELETE FROM messages WHERE id = ?', [id]);
    freed += Math.max(1, numberOf(oldest, 'size'));
    dropped += 1;
  }
  return dropped;
}
