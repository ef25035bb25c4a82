/**
 * User static probes: the notes that the macros of sys/sdt.h leave in a program, and where each
 * argument is at its place. https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation
 */
import { ElfFile, readText } from './elf-file.ts';
import { SensorFileError } from './errors.ts';
import { parseUsdtArguments, type UsdtArgument } from './usdt-argument.ts';

const NOTES = '.note.stapsdt';
const BASE = '.stapsdt.base';
const OWNER = 'stapsdt';
const NOTE_TYPE = 3;
const NOTE_HEADER_BYTES = 12;
const ADDRESS_BYTES = 8;

/** One place at which a probe is. */
export interface UsdtLocation {
  /** In bytes of the file. */
  readonly offset: number;
  /** Offset in the file of the counter to raise while somebody looks; 0: none. */
  readonly semaphore: number;
  readonly arguments: readonly UsdtArgument[];
}

interface Note {
  readonly provider: string;
  readonly name: string;
  readonly text: string;
  readonly address: number;
  readonly base: number;
  readonly semaphore: number;
}

/** All places of a probe. Throws a SensorFileError when there is none. */
export function findUsdt(path: string, provider: string, name: string): readonly UsdtLocation[] {
  using file = ElfFile.open(path);
  const notes = readNotes(file);
  const found = notes.filter((note) => note.provider === provider && note.name === name);
  if (found.length === 0) {
    const names = [...new Set(notes.map((note) => `${note.provider}:${note.name}`))];
    const others = names.length === 0 ? 'no probes at all' : `only ${names.slice(0, 8).join(', ')}`;
    const message = `${path} has no probe ${provider}:${name}, ${others}`;
    throw new SensorFileError('ENGINE_SYMBOL_MISSING', message);
  }
  return found.map((note) => locate(file, note));
}

function locate(file: ElfFile, note: Note): UsdtLocation {
  // A program whose addresses were changed after the notes were written says so by its base.
  const base = file.section(BASE)?.address;
  const moved = base === undefined || note.base === 0 ? 0 : base - note.base;
  const offset = file.offsetOf(note.address + moved);
  const semaphore = note.semaphore === 0 ? 0 : file.offsetOf(note.semaphore + moved);
  if (offset === undefined || semaphore === undefined) {
    const message = `${file.path}: the probe ${note.provider}:${note.name} is outside of its code`;
    throw new SensorFileError('ENGINE_FILE_INVALID', message);
  }
  return { offset, semaphore, arguments: parseUsdtArguments(note.text) };
}

function readNotes(file: ElfFile): readonly Note[] {
  const section = file.section(NOTES);
  if (section === undefined) return [];
  const bytes = file.read(section);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notes: Note[] = [];
  for (let at = 0; at + NOTE_HEADER_BYTES <= bytes.length; ) {
    const nameBytes = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const nameAt = at + NOTE_HEADER_BYTES;
    const contentAt = nameAt + roundUp(nameBytes);
    at = contentAt + roundUp(size);
    if (at > bytes.length) break;
    if (type !== NOTE_TYPE || readText(bytes, nameAt) !== OWNER) continue;
    if (size >= 3 * ADDRESS_BYTES)
      notes.push(readNote(bytes.subarray(contentAt, contentAt + size)));
  }
  return notes;
}

function readNote(bytes: Uint8Array): Note {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const provider = readText(bytes, 3 * ADDRESS_BYTES);
  const nameAt = 3 * ADDRESS_BYTES + Buffer.byteLength(provider) + 1;
  const name = readText(bytes, nameAt);
  const text = readText(bytes, nameAt + Buffer.byteLength(name) + 1);
  const word = (at: number): number => Number(view.getBigUint64(at, true));
  return {
    ...{ provider, name, text },
    address: word(0),
    base: word(ADDRESS_BYTES),
    semaphore: word(2 * ADDRESS_BYTES),
  };
}

/** Parts of a note begin at multiples of four bytes. */
function roundUp(size: number): number {
  return Math.ceil(size / 4) * 4;
}
