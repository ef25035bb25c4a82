/** What the spool knows beside its records: who has read how far, and if it ended in order. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** By destination, then by lane. */
export type Cursors = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface SpoolState {
  /** Numbers of records are unique within it. */
  readonly series: string;
  readonly isClean: boolean;
  readonly cursors: Cursors;
}

const NAME = 'state.json';

/** A new series when there is no state that can be read. */
export async function readSpoolState(directory: string): Promise<SpoolState> {
  try {
    const state: unknown = JSON.parse(await readFile(join(directory, NAME), 'utf8'));
    if (isState(state)) return state;
  } catch {
    // Absent at the first start, cut by a crash: either way everything kept is sent again.
  }
  return { series: randomUUID(), isClean: false, cursors: {} };
}

/** A crash leaves the state before or the one after. */
export async function writeSpoolState(directory: string, state: SpoolState): Promise<void> {
  const path = join(directory, NAME);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(state));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

function isState(value: unknown): value is SpoolState {
  if (typeof value !== 'object' || value === null) return false;
  const { series, isClean, cursors }: Partial<Record<keyof SpoolState, unknown>> = { ...value };
  if (typeof series !== 'string' || typeof isClean !== 'boolean') return false;
  if (typeof cursors !== 'object' || cursors === null) return false;
  return Object.values(cursors).every(
    (lanes: unknown) =>
      typeof lanes === 'object' &&
      lanes !== null &&
      Object.values(lanes).every(Number.isSafeInteger),
  );
}
