/** Sets a damaged database aside and saves what still waits in it, as far as it can be read. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Addition } from './additions.ts';
import type { Row } from './rows.ts';
import { readWaiting, WAITING } from './waiting.ts';

/** SQLite keeps what is not in the file itself yet beside it. */
const PARTS = ['', '-wal', '-shm'];

const DAMAGED_SUFFIX = '.damaged';

/** Moves all its files, and returns what they still had; one that was there before goes. */
export function setDatabaseAside(path: string): readonly Addition[] {
  for (const part of PARTS) {
    rmSync(`${path}${DAMAGED_SUFFIX}${part}`, { force: true });
    if (existsSync(`${path}${part}`)) {
      renameSync(`${path}${part}`, `${path}${DAMAGED_SUFFIX}${part}`);
    }
  }
  return readWhatWaits(`${path}${DAMAGED_SUFFIX}`);
}

function readWhatWaits(path: string): readonly Addition[] {
  const rows: Row[] = [];
  try {
    using database = new DatabaseSync(path);
    for (const row of database.prepare(WAITING).iterate()) rows.push(row);
  } catch {
    // The damage begins here; what was read before it is saved.
  }
  return readWaiting(rows);
}
