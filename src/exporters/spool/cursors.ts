/** What the spool knows beside its records: who has read how far. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** By destination, then by lane. */
export type Cursors = Readonly<Record<string, Readonly<Record<string, number>>>>;

const NAME = 'cursors.json';

/** Empty when there is no state that can be read. */
export async function readCursors(directory: string): Promise<Cursors> {
  try {
    const state: unknown = JSON.parse(await readFile(join(directory, NAME), 'utf8'));
    if (isCursors(state)) return state;
  } catch {
    // Absent at the first start, cut by a crash: either way everything kept is sent again.
  }
  return {};
}

/** A crash leaves the state before or the one after. */
export async function writeCursors(directory: string, cursors: Cursors): Promise<void> {
  const path = join(directory, NAME);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(cursors));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

function isCursors(value: unknown): value is Cursors {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(
    (lanes: unknown) =>
      typeof lanes === 'object' &&
      lanes !== null &&
      Object.values(lanes).every(Number.isSafeInteger),
  );
}
