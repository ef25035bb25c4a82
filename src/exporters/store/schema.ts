/** The tables of the store of alerts, and how its database is opened. */
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** Of the tables below; a database of another version is set aside. */
const VERSION = 1;

/** Of the path: a database that is lost with the process. */
export const IN_MEMORY = ':memory:';

const TABLES = `
  CREATE TABLE IF NOT EXISTS series (name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS alerts (
    id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, updated_ms REAL NOT NULL, body TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS alerts_by_fingerprint ON alerts (fingerprint);
  CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, head TEXT NOT NULL, body TEXT NOT NULL, added_ms REAL NOT NULL
  );
  CREATE INDEX IF NOT EXISTS messages_by_age ON messages (added_ms);
  CREATE TABLE IF NOT EXISTS sinks (name TEXT PRIMARY KEY, number INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS outbox (
    sink TEXT NOT NULL, number INTEGER NOT NULL, message_id TEXT NOT NULL,
    attempts INTEGER NOT NULL, due_ms REAL NOT NULL, PRIMARY KEY (sink, number)
  );
  CREATE INDEX IF NOT EXISTS outbox_by_message ON outbox (message_id, sink);
  CREATE INDEX IF NOT EXISTS outbox_by_time ON outbox (sink, due_ms);
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, sink TEXT NOT NULL,
    time_ms REAL NOT NULL, attempt INTEGER NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, sink TEXT NOT NULL,
    time_ms REAL NOT NULL, attempts INTEGER NOT NULL, reason TEXT NOT NULL,
    UNIQUE (message_id, sink)
  );
`;

/**
 * A commit is on disk when it returns (WAL, synchronous FULL). One process at a time has it: a
 * second one fails. Throws the error of SQLite, also for a file that is damaged.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA trusted_schema = OFF');
    checkDatabase(database);
    database.exec('BEGIN IMMEDIATE');
    database.exec(TABLES);
    database.exec(`PRAGMA user_version = ${VERSION}`);
    const hasSeries = database.prepare('SELECT name FROM series').get() !== undefined;
    if (!hasSeries) database.prepare('INSERT INTO series VALUES (?)').run(randomUUID());
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The content is wrong, although SQLite can open it. */
export class DatabaseContentError extends Error {}

function checkDatabase(database: DatabaseSync): void {
  const check = database.prepare('PRAGMA quick_check(1)').get();
  const answer = check === undefined ? '' : Object.values(check)[0];
  if (answer !== 'ok') throw new DatabaseContentError(String(answer));
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (version !== 0 && version !== VERSION) {
    throw new DatabaseContentError(`version ${String(version)} of the tables`);
  }
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
const SQLITE_BUSY = 5;
/** Further detail is in the bits above. */
const PRIMARY_CODE = 0xff;

/** What an error of the store means to those who have to go on. */
export function kindOfFailure(error: unknown): 'damaged' | 'in_use' | 'unwritable' {
  if (error instanceof DatabaseContentError) return 'damaged';
  const detail = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  const code = typeof detail === 'number' ? detail & PRIMARY_CODE : 0;
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) return 'damaged';
  return code === SQLITE_BUSY ? 'in_use' : 'unwritable';
}
