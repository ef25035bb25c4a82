/** How the store is kept small: what is done goes first, what still waits goes last. */
import { numberOf, text } from './rows.ts';
import type { Statements } from './statements.ts';

export const DELIVERIES_MAX = 10_000;
const DEAD_LETTERS_MAX = 10_000;
const ALERTS_MAX = 100_000;
/** How many rows are read at once to find those that go. */
const CHUNK = 256;

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

/** Of the log, between the hours at which old things are forgotten. */
export function forgetDeliveries(statements: Statements): void {
  const sql = 'DELETE FROM deliveries WHERE id <= (SELECT MAX(id) FROM deliveries) - ?';
  statements.run(sql, [DELIVERIES_MAX]);
}

const WAITS = 'EXISTS (SELECT 1 FROM outbox WHERE message_id = messages.id)';

/** Gives up dead letters, and then messages that still wait, oldest first; returns how many. */
export function dropOldest(statements: Statements, bytes: number): number {
  let freed = 0;
  let dropped = 0;
  for (const which of [`NOT ${WAITS}`, WAITS]) {
    const sql = `SELECT id, OCTET_LENGTH(body) AS size FROM messages WHERE ${which}
      ORDER BY added_ms, rowid LIMIT ${CHUNK}`;
    for (let some = statements.all(sql); freed < bytes; some = statements.all(sql)) {
      if (some.length === 0) break;
      for (const one of some) {
        if (freed >= bytes) break;
        dropMessage(statements, text(one, 'id'));
        freed += Math.max(1, numberOf(one, 'size'));
        dropped += 1;
      }
    }
  }
  return dropped;
}

function dropMessage(statements: Statements, id: string): void {
  for (const table of ['outbox', 'dead_letters']) {
    statements.run(`DELETE FROM ${table} WHERE message_id = ?`, [id]);
  }
  statements.run('DELETE FROM messages WHERE id = ?', [id]);
}

/** Of what is known of alerts. */
export function alertsSizeOf(statements: Statements): number {
  const row = statements.get('SELECT SUM(OCTET_LENGTH(body)) AS size FROM alerts');
  return numberOf(row, 'size');
}

/** Those of which there was no news for longest: mostly ones that are over. */
export function forgetAlerts(statements: Statements, bytes: number): void {
  const sql = `SELECT rowid AS number, OCTET_LENGTH(body) AS size FROM alerts
    ORDER BY rowid LIMIT ${CHUNK}`;
  for (let freed = 0; freed < bytes; ) {
    const some = statements.all(sql);
    if (some.length === 0) return;
    for (const one of some) {
      if (freed >= bytes) return;
      statements.run('DELETE FROM alerts WHERE rowid = ?', [numberOf(one, 'number')]);
      freed += Math.max(1, numberOf(one, 'size'));
    }
  }
}
