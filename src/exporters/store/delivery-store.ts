/** Alerts and what is still to be delivered of them, in one database. */
import type { DatabaseSync } from 'node:sqlite';
import type {
  DeadLetter,
  DeliveryRecord,
  Dispatch,
  OutboundMessage,
} from '../../model/delivery.ts';
import type { Addition, Settlement, StoredAlert } from './additions.ts';
import {
  headOf,
  numberOf,
  type Row,
  readDeadLetter,
  readDelivery,
  readDispatch,
  text,
} from './rows.ts';
import { openDatabase } from './schema.ts';
import { Statements } from './statements.ts';
import { StoreRoom } from './store-room.ts';
import { readWaiting, WAITING } from './waiting.ts';

/** Bodies that are no JSON are of no alert. */
const FIRING = `WHERE CASE WHEN json_valid(body)
  THEN json_extract(body, '$.alert.state') = 'firing' ELSE 0 END`;

export interface StoreOptions {
  /** Of the texts of all messages, and as many again of what is known of alerts. */
  readonly bytesMax: number;
  /** How long messages, the log and what was given up are kept after they are done. */
  readonly keepMs: number;
}

/** Every method is one transaction and throws the error of SQLite. */
export class DeliveryStore {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #options: StoreOptions;
  readonly #room: StoreRoom;
  readonly series: string;

  constructor(path: string, options: StoreOptions) {
    this.#database = openDatabase(path);
    this.#statements = new Statements(this.#database);
    this.#options = options;
    this.series = text(this.#statements.get('SELECT name FROM series'), 'name');
    this.#room = new StoreRoom(this.#statements, options.bytesMax);
  }

  /**
   * A message whose id is there already is left as it is, with what became of it. Returns how many
   * were given up, oldest first, to make room.
   */
  add(additions: readonly Addition[], nowMs: number): number {
    return this.#transaction(() => {
      for (const addition of additions) this.#addOne(addition, nowMs);
      return this.#room.make(nowMs);
    });
  }

  /** Alerts whose messages are done with. */
  addAlerts(alerts: readonly StoredAlert[], nowMs: number): void {
    this.#transaction(() => {
      for (const alert of alerts) this.#putAlert(alert, nowMs);
      this.#room.make(nowMs);
    });
  }

  /** In the order of their numbers. */
  due(sink: string, nowMs: number, limit: number): readonly Dispatch[] {
    const rows = this.#statements.all(
      `SELECT number, attempts, head, body FROM outbox JOIN messages ON messages.id = message_id
       WHERE sink = ? AND due_ms <= ? ORDER BY number LIMIT ?`,
      [sink, nowMs, limit],
    );
    return rows.flatMap((row) => readDispatch(row, this.series) ?? []);
  }

  /** When something is due next; undefined when nothing waits. */
  nextDueMs(sink: string): number | undefined {
    const row = this.#statements.get('SELECT MIN(due_ms) AS due FROM outbox WHERE sink = ?', [
      sink,
    ]);
    return row?.['due'] === null ? undefined : numberOf(row, 'due');
  }

  waiting(sink: string): number {
    const sql = 'SELECT COUNT(*) AS count FROM outbox WHERE sink = ?';
    return numberOf(this.#statements.get(sql, [sink]), 'count');
  }

  /** When the first of those that wait was added; undefined when nothing waits. */
  oldestMs(sink: string): number | undefined {
    const row = this.#statements.get(
      `SELECT added_ms FROM outbox JOIN messages ON messages.id = message_id
       WHERE sink = ? ORDER BY number LIMIT 1`,
      [sink],
    );
    return row && numberOf(row, 'added_ms');
  }

  /** Returns how many that wait were given up to make room: what is refused is kept too. */
  settle(settlements: readonly Settlement[]): number {
    return this.#transaction(() => {
      for (const settlement of settlements) this.#settleOne(settlement);
      return this.#room.make(Math.max(0, ...settlements.map(({ timeMs }) => timeMs)));
    });
  }

  hurry(sink: string, nowMs: number): void {
    const sql = 'UPDATE outbox SET due_ms = ?1 WHERE sink = ?2 AND due_ms > ?1';
    this.#statements.run(sql, [nowMs, sink]);
  }

  /** Puts what was given up into the outbox again, all of it or one; returns how many. */
  replay(sink: string, messageId: string | undefined, nowMs: number): number {
    return this.#transaction(() => {
      const letters = this.#statements.all(
        "SELECT message_id FROM dead_letters WHERE sink = ?1 AND (?2 = '' OR message_id = ?2)",
        [sink, messageId ?? ''],
      );
      for (const letter of letters) {
        const id = text(letter, 'message_id');
        this.#enqueue(id, sink, nowMs);
        const sql = 'DELETE FROM dead_letters WHERE sink = ? AND message_id = ?';
        this.#statements.run(sql, [sink, id]);
      }
      return letters.length;
    });
  }

  /** Newest first. */
  deadLetters(limit: number): readonly DeadLetter[] {
    const rows = this.#statements.all(
      `SELECT sink, time_ms, attempts, reason, head, body FROM dead_letters
       JOIN messages ON messages.id = message_id ORDER BY dead_letters.id DESC LIMIT ?`,
      [limit],
    );
    return rows.flatMap((row) => readDeadLetter(row) ?? []);
  }

  /** Newest first. */
  deliveries(limit: number): readonly DeliveryRecord[] {
    const sql = 'SELECT * FROM deliveries ORDER BY id DESC LIMIT ?';
    return this.#statements.all(sql, [limit]).map(readDelivery);
  }

  alert(id: string): StoredAlert | undefined {
    const row = this.#statements.get('SELECT * FROM alerts WHERE id = ?', [id]);
    return row && readAlert(row);
  }

  /** Those that were written last, the newest first; with `onlyFiring`, those that still are. */
  recentAlerts(limit: number, onlyFiring: boolean): readonly StoredAlert[] {
    const where = onlyFiring ? FIRING : '';
    const sql = `SELECT * FROM alerts ${where} ORDER BY updated_ms DESC, rowid DESC LIMIT ?`;
    return this.#statements.all(sql, [limit]).map(readAlert);
  }

  /** What waits here, to be added to another store. */
  waitingAdditions(): readonly Addition[] {
    return readWaiting(this.#statements.all(WAITING));
  }

  alerts(): readonly StoredAlert[] {
    return this.#statements.all('SELECT * FROM alerts').map(readAlert);
  }

  /** Forgets what is done and older than is kept. */
  tidy(nowMs: number): void {
    this.#transaction(() => this.#room.tidy(nowMs - this.#options.keepMs));
  }

  close(): void {
    this.#database.close();
  }

  #addOne({ message, sinks, alert }: Addition, nowMs: number): void {
    if (alert !== undefined) this.#putAlert(alert, nowMs);
    if (!this.#insertMessage(message, nowMs)) return;
    for (const sink of sinks) this.#enqueue(message.id, sink, nowMs);
  }

  #putAlert({ id, fingerprint, body }: StoredAlert, nowMs: number): void {
    const values = [id, fingerprint, nowMs, body];
    this.#statements.run('INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?)', values);
    this.#room.takeAlert(body);
  }

  /** False when it was there. */
  #insertMessage(message: OutboundMessage, nowMs: number): boolean {
    const { changes } = this.#statements.run('INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?)', [
      message.id,
      headOf(message),
      message.body,
      nowMs,
    ]);
    if (Number(changes) === 0) return false;
    this.#room.takeMessage(message.body);
    return true;
  }

  #enqueue(messageId: string, sink: string, nowMs: number): void {
    const next = this.#statements.get(
      `INSERT INTO sinks VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1
       RETURNING number`,
      [sink],
    );
    const number = numberOf(next, 'number');
    const values = [sink, number, messageId, 0, nowMs];
    this.#statements.run('INSERT INTO outbox VALUES (?, ?, ?, ?, ?)', values);
  }

  #settleOne(settlement: Settlement): void {
    const { sink, dispatch, outcome, detail, timeMs, next, dueMs } = settlement;
    const { message, attempts } = dispatch;
    const attempt = attempts + 1;
    this.#statements.run(
      `INSERT INTO deliveries (message_id, sink, time_ms, attempt, outcome, detail)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [message.id, sink, timeMs, attempt, outcome, detail],
    );
    this.#room.takeDelivery();
    // Not by the number: the message may have been moved from memory, or saved, in between.
    const key = [sink, message.id];
    const where = 'WHERE sink = ? AND message_id = ?';
    if (next === 'later') {
      const sql = `UPDATE outbox SET attempts = ?, due_ms = ? ${where}`;
      this.#statements.run(sql, [attempt, dueMs, ...key]);
      return;
    }
    this.#statements.run(`DELETE FROM outbox ${where}`, key);
    if (next !== 'dead') return;
    // Events come from the spool: theirs are not here yet.
    this.#insertMessage(message, timeMs);
    this.#statements.run(
      `INSERT OR REPLACE INTO dead_letters (message_id, sink, time_ms, attempts, reason)
       VALUES (?, ?, ?, ?, ?)`,
      [message.id, sink, timeMs, attempt, detail],
    );
  }

  #transaction<T>(run: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    const before = this.#room.sizes;
    try {
      const result = run();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#room.sizes = before;
      // A full disk may have ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function readAlert(row: Row): StoredAlert {
  return { id: text(row, 'id'), fingerprint: text(row, 'fingerprint'), body: text(row, 'body') };
}
