/** A file of lines that gets each message once, however often it comes and whoever is killed. */
import {
  appendFileSync,
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ExportError } from '../../../errors.ts';
import { GapTracker, type NumberRange } from './gap-tracker.ts';

/** Ids that are remembered: more than a stream delivers again. */
const IDS_MAX = 1_000_000;

export interface ReceivedMessage {
  readonly id: string;
  readonly range: NumberRange | undefined;
  /** One line of JSON. */
  readonly line: string;
}

export interface FileCounts {
  readonly written: number;
  readonly duplicates: number;
  readonly gaps: number;
}

/**
 * Beside the file is a database that knows how long it was and which ids are in it. What was
 * written after that is cut off when the file is opened, as it will come again.
 */
export class LineFile {
  readonly #database: DatabaseSync;
  readonly #descriptor: number;
  readonly #gaps: GapTracker;
  #counts = { written: 0, duplicates: 0, gaps: 0 };

  /** Throws EXPORT_FILE_FAILED. */
  constructor(path: string) {
    try {
      this.#descriptor = openSync(path, 'a+', 0o600);
      this.#database = new DatabaseSync(`${path}.state`);
      this.#database.exec(`
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        CREATE TABLE IF NOT EXISTS ids (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
        CREATE TABLE IF NOT EXISTS file (length INTEGER NOT NULL, gaps TEXT NOT NULL);
      `);
      // Takes the lock: two commands would cut off each other's lines.
      this.#database.exec('BEGIN IMMEDIATE; COMMIT');
      const { size } = fstatSync(this.#descriptor);
      const sql = "INSERT INTO file SELECT ?, '' WHERE NOT EXISTS (SELECT 1 FROM file)";
      this.#database.prepare(sql).run(size);
      const row = this.#database.prepare('SELECT length, gaps FROM file').get();
      const length = Number(row?.['length']);
      if (size > length) ftruncateSync(this.#descriptor, length);
      this.#gaps = GapTracker.load(String(row?.['gaps'] ?? ''));
    } catch (error) {
      throw failed(path, error);
    }
  }

  counts(): FileCounts {
    return this.#counts;
  }

  /** Returns when the lines are on disk. */
  write(messages: readonly ReceivedMessage[]): void {
    const isKnown = this.#database.prepare('SELECT 1 FROM ids WHERE id = ?');
    const fresh = new Map(
      messages.filter(({ id }) => isKnown.get(id) === undefined).map((one) => [one.id, one]),
    );
    const now = Date.now();
    for (const { range } of messages) if (range !== undefined) this.#gaps.take(range, now);
    this.#append([...fresh.values()].map(({ line }) => line));
    this.#commit([...fresh.keys()]);
    this.#counts = {
      written: this.#counts.written + fresh.size,
      duplicates: this.#counts.duplicates + messages.length - fresh.size,
      gaps: this.#counts.gaps,
    };
  }

  /** Writes a line for each gap that is open for so long, once, and returns them. */
  tellGaps(graceMs: number): readonly NumberRange[] {
    const gaps = this.#gaps.overdue(Date.now() - graceMs);
    if (gaps.length === 0) return gaps;
    this.#append(gaps.map((gap) => JSON.stringify({ type: 'gap', ...gap })));
    this.#commit([]);
    this.#counts = { ...this.#counts, gaps: this.#counts.gaps + gaps.length };
    return gaps;
  }

  close(): void {
    this.#database.close();
    closeSync(this.#descriptor);
  }

  #append(lines: readonly string[]): void {
    if (lines.length === 0) return;
    appendFileSync(this.#descriptor, `${lines.join('\n')}\n`);
    fdatasyncSync(this.#descriptor);
  }

  #commit(ids: readonly string[]): void {
    const insert = this.#database.prepare('INSERT INTO ids (id) VALUES (?)');
    this.#database.exec('BEGIN IMMEDIATE');
    for (const id of ids) insert.run(id);
    this.#database
      .prepare('DELETE FROM ids WHERE number <= (SELECT MAX(number) FROM ids) - ?')
      .run(IDS_MAX);
    this.#database.exec('DELETE FROM file');
    const { size } = fstatSync(this.#descriptor);
    this.#database.prepare('INSERT INTO file VALUES (?, ?)').run(size, this.#gaps.save());
    this.#database.exec('COMMIT');
  }
}

function failed(path: string, cause: unknown): ExportError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ExportError('EXPORT_FILE_FAILED', `${path} cannot be used: ${reason}`, { cause });
}
