/** How the store is kept small: what is done goes first, what still waits goes last. */
import { numberOf, type Row, text } from './rows.ts';
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

interface Removal {
  /** Rows with their `size`, in the order in which they go; a few of them at once. */
  readonly sql: string;
  readonly remove: (row: Row) => void;
}

interface Freed {
  readonly bytes: number;
  readonly rows: number;
}

/** Removes rows until so many bytes are free, or none is left. */
function free(statements: Statements, bytes: number, { sql, remove }: Removal): Freed {
  const done = { bytes: 0, rows: 0 };
  while (done.bytes < bytes) {
    const some = statements.all(sql);
    if (some.length === 0) break;
    for (const row of some) {
      if (done.bytes >= bytes) break;
      remove(row);
      done.bytes += Math.max(1, numberOf(row, 'size'));
      done.rows += 1;
    }
  }
  return done;
}

/**
 * Dead letters go, and then messages that still wait, each oldest first; returns how many of those
 * that wait.
 */
export function dropOldest(statements: Statements, bytes: number): number {
  const oldest = (which: string): Removal => ({
    sql: `SELECT id, OCTET_LENGTH(body) AS size FROM messages WHERE ${which}
      ORDER BY added_ms, rowid LIMIT ${CHUNK}`,
    remove: (row) => dropMessage(statements, text(row, 'id')),
  });
  const refused = free(statements, bytes, oldest(`NOT ${WAITS}`));
  return free(statements, bytes - refused.bytes, oldest(WAITS)).rows;
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
  free(statements, bytes, {
    sql: `SELECT rowid AS number, OCTET_LENGTH(body) AS size FROM alerts
      ORDER BY rowid LIMIT ${CHUNK}`,
    remove: (row) => {
      statements.run('DELETE FROM alerts WHERE rowid = ?', [numberOf(row, 'number')]);
    },
  });
}
