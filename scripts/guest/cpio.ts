/** Writes cpio archives in the "newc" form, the one the kernel unpacks as its first root. */
import { dirname } from 'node:path';

/** One file of an archive; missing parent folders are added by the writer. */
export type ArchiveEntry =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly data: Buffer }
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 'device';
      readonly path: string;
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
    };

const TYPE_FILE = 0o100000;
const TYPE_DIRECTORY = 0o040000;
const TYPE_CHARACTER_DEVICE = 0o020000;
const HEADER_BYTES = 110;
const NO_DATA: Buffer = Buffer.alloc(0);

interface RawEntry {
  readonly path: string;
  readonly mode: number;
  readonly data: Buffer;
  readonly major: number;
  readonly minor: number;
}

/** The archive as bytes. Owners are root, times are 0: same input, same bytes. */
export function writeArchive(entries: readonly ArchiveEntry[]): Buffer {
  const raw = [...withParents(entries).values()];
  const trailer = { path: 'TRAILER!!!', mode: 0, data: NO_DATA, major: 0, minor: 0 };
  const chunks = [...raw, trailer].flatMap((entry, index) => encodeEntry(entry, index + 1));
  return Buffer.concat(chunks);
}

function withParents(entries: readonly ArchiveEntry[]): Map<string, RawEntry> {
  const all = new Map<string, RawEntry>();
  for (const entry of entries) {
    addParents(all, entry.path);
    all.set(entry.path, toRaw(entry));
  }
  return all;
}

function addParents(all: Map<string, RawEntry>, path: string): void {
  const parent = dirname(path);
  if (parent === '.' || all.has(parent)) return;
  addParents(all, parent);
  all.set(parent, toRaw({ kind: 'directory', path: parent }));
}

function toRaw(entry: ArchiveEntry): RawEntry {
  const base = { path: entry.path, data: NO_DATA, major: 0, minor: 0 };
  switch (entry.kind) {
    case 'file':
      return { ...base, mode: TYPE_FILE | entry.mode, data: entry.data };
    case 'directory':
      return { ...base, mode: TYPE_DIRECTORY | 0o755 };
    case 'device': {
      const { major, minor } = entry;
      return { ...base, mode: TYPE_CHARACTER_DEVICE | entry.mode, major, minor };
    }
  }
}

function encodeEntry(entry: RawEntry, inode: number): readonly Buffer[] {
  const name = Buffer.from(`${entry.path}\0`);
  const size = entry.data.length;
  const numbers = [inode, entry.mode, 0, 0, 1, 0, size, 0, 0, entry.major, entry.minor];
  const fields = [...numbers, name.length, 0].map((value) => value.toString(16).padStart(8, '0'));
  const header = Buffer.from(`070701${fields.join('')}`);
  return [header, name, padding(HEADER_BYTES + name.length), entry.data, padding(size)];
}

/** Headers and data both start on a multiple of four bytes. */
function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
