/** What is whole in a segment that was written when the machine or the agent stopped. */
import { copyFile, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readFrame, type SpoolRecord } from './frame.ts';

/** Copies of damaged segments that are kept for whoever looks into it. */
const DAMAGED_KEPT = 4;

export const DAMAGED_SUFFIX = '.damaged';

export interface ScannedSegment {
  /** Of the whole records; what follows is of no use. */
  readonly bytes: number;
  readonly first: SpoolRecord | undefined;
  readonly last: SpoolRecord | undefined;
  /** `torn`: the last record is cut, as a stop leaves it. `damaged`: it cannot be explained so. */
  readonly end: 'whole' | 'torn' | 'damaged';
}

/** Reads a whole segment. A sequence that goes back is damage as well. */
export async function scanSegment(path: string): Promise<ScannedSegment> {
  const bytes = await readFile(path);
  let offset = 0;
  let first: SpoolRecord | undefined;
  let last: SpoolRecord | undefined;
  while (offset < bytes.length) {
    const read = readFrame(bytes, offset);
    if (read.kind === 'short') return { bytes: offset, first, last, end: 'torn' };
    const isNext = read.kind === 'record' && read.record.sequence > (last?.sequence ?? 0);
    if (!isNext) return { bytes: offset, first, last, end: endOf(bytes.subarray(offset)) };
    last = { ...read.record, payload: Buffer.alloc(0) };
    first ??= last;
    offset = read.end;
  }
  return { bytes: offset, first, last, end: 'whole' };
}

/** File systems leave zeros where a file was made longer and its content was not written yet. */
function endOf(rest: Buffer): 'torn' | 'damaged' {
  return rest.every((byte) => byte === 0) ? 'torn' : 'damaged';
}

/** Keeps a copy of a damaged segment when there is room; what is whole in it stays in use. */
export async function setAside(path: string, wholeBytes: number): Promise<void> {
  try {
    await copyFile(path, `${path}${DAMAGED_SUFFIX}`);
    await removeOldCopies(dirname(path));
  } catch {
    // A full disk has no room for evidence; the records before the damage matter more.
  }
  await cutSegment(path, wholeBytes);
}

export async function cutSegment(path: string, bytes: number): Promise<void> {
  await using file = await open(path, 'r+');
  await file.truncate(bytes);
  await file.datasync();
}

async function removeOldCopies(directory: string): Promise<void> {
  const names = await readdir(directory);
  const copies = names.filter((name) => name.endsWith(DAMAGED_SUFFIX)).sort();
  const old = copies.slice(0, Math.max(0, copies.length - DAMAGED_KEPT));
  for (const name of old) await rm(join(directory, basename(name)), { force: true });
}
