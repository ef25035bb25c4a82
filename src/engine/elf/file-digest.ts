/** Whether a program is one of those that a policy means, by its content or its build id. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { ElfFile } from './elf-file.ts';
import { SensorFileError } from './errors.ts';

const BUILD_ID = 'build-id';
const BUILD_ID_SECTION = '.note.gnu.build-id';
/** Lengths of name and content, type, and the name `GNU`. */
const NOTE_HEADER_BYTES = 16;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Runs what needs the file while it is open. `path` leads to the file that was opened, whatever
 * is put in its place meanwhile. Throws ENGINE_FILE_UNREADABLE.
 */
export function withOpenFile<T>(path: string, use: (path: string) => T): T {
  const fd = reading(path, () => openSync(path, 'r'));
  try {
    return use(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

/** Digests are `algorithm:hex` in lower case. `shownAs`: the path in messages. */
export function hasDigest(
  path: string,
  digests: readonly string[],
  shownAs: string = path,
): boolean {
  const known = new Map<string, string>();
  return digests.some((digest) => {
    const algorithm = digest.slice(0, digest.indexOf(':'));
    const found = known.get(algorithm) ?? digestOf(path, algorithm, shownAs);
    known.set(algorithm, found);
    return digest === `${algorithm}:${found}`;
  });
}

function digestOf(path: string, algorithm: string, shownAs: string): string {
  if (algorithm === BUILD_ID) return buildIdOf(path, shownAs);
  return reading(shownAs, () => hashFile(path, algorithm));
}

/** Empty when the program has none. */
function buildIdOf(path: string, shownAs: string): string {
  using file = ElfFile.open(path, shownAs);
  const section = file.section(BUILD_ID_SECTION);
  if (section === undefined || section.size < NOTE_HEADER_BYTES) return '';
  const note = Buffer.from(file.read(section));
  const size = note.length < NOTE_HEADER_BYTES ? 0 : note.readUInt32LE(4);
  return note.subarray(NOTE_HEADER_BYTES, NOTE_HEADER_BYTES + size).toString('hex');
}

function hashFile(path: string, algorithm: string): string {
  const hash = createHash(algorithm);
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const count = readSync(fd, chunk, 0, CHUNK_BYTES, null);
      if (count === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, count));
    }
  } finally {
    closeSync(fd);
  }
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SensorFileError('ENGINE_FILE_UNREADABLE', `${path}: ${reason}`, { cause });
  }
}
