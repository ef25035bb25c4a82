/**
 * Functions of processes. Mappings are read when a stack arrives, which is a moment after it was
 * taken: a process may have ended, called exec or unmapped a library in between. What was read of
 * it before is used then; otherwise its frames have no names.
 */
import { readFileSync, statSync } from 'node:fs';
import type { StackFrame } from '../../model/stack.ts';
import { BoundedMap } from './bounded-map.ts';
import { FileSymbols } from './file-symbols.ts';
import { type Mapping, parseMappings } from './mappings.ts';
import type { SymbolTable } from './symbol-table.ts';

/** Processes whose mappings are kept. */
const PROCESSES_MAX = 256;

/** How long mappings are taken to be what they were, and the same where an address is in none. */
const MAPPINGS_AGE_MS = 1000;
const MISS_AGE_MS = 50;

const NS_PER_TICK = 10_000_000n;

/** Where the process comes from; of Process. */
export interface ProcessKey {
  readonly tgid: number;
  readonly startNs: bigint;
}

interface Image {
  readonly mappings: readonly MappedFile[];
  readonly readAt: number;
}

interface MappedFile {
  readonly mapping: Mapping;
  /** Read when it is first needed. */
  symbols?: SymbolTable | undefined;
}

export class UserSymbols {
  readonly #procfs: string;
  readonly #now: () => number;
  readonly #files = new FileSymbols();
  readonly #images = new BoundedMap<Image>(PROCESSES_MAX);

  constructor(procfs = '/proc', now: () => number = Date.now) {
    this.#procfs = procfs;
    this.#now = now;
  }

  /** Innermost first. */
  name(addresses: readonly bigint[], process: ProcessKey): readonly StackFrame[] {
    let image = this.#image(process, MAPPINGS_AGE_MS);
    if (addresses.some((address) => fileAt(image, address) === undefined)) {
      image = this.#image(process, MISS_AGE_MS);
    }
    return addresses.map((address, place) => {
      // A return address may be the first byte after its function, when that never returns.
      const step = place === 0 ? 0 : 1;
      const file = fileAt(image, address - BigInt(step));
      if (file === undefined) return { address, symbol: '', offset: 0, module: '' };
      const { start, fileOffset, path } = file.mapping;
      const offset = Number(address - start) + fileOffset;
      const match = this.#symbolsOf(file, process.tgid)?.find(offset - step);
      if (match === undefined) return { address, symbol: '', offset, module: path };
      return { address, symbol: match.name, offset: match.offset + step, module: path };
    });
  }

  #image({ tgid, startNs }: ProcessKey, ageMs: number): Image | undefined {
    const key = `${tgid}:${startNs}`;
    const known = this.#images.get(key);
    const now = this.#now();
    if (known !== undefined && now - known.readAt < ageMs) return known;
    const text = this.#readOf(tgid, 'maps');
    if (text === undefined || text === '' || !this.#isSame(tgid, startNs)) return known;
    const mappings = parseMappings(text).map((mapping) => ({ mapping }));
    const image = { mappings, readAt: now };
    this.#images.set(key, image);
    return image;
  }

  /** The number may belong to another process by now. */
  #isSame(tgid: number, startNs: bigint): boolean {
    const stat = this.#readOf(tgid, 'stat') ?? '';
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    if (ticks === undefined) return false;
    const difference = startNs / NS_PER_TICK - BigInt(ticks);
    return difference >= -1n && difference <= 1n;
  }

  #readOf(tgid: number, file: string): string | undefined {
    try {
      return readFileSync(`${this.#procfs}/${tgid}/${file}`, 'latin1');
    } catch {
      return undefined;
    }
  }

  #symbolsOf(file: MappedFile, tgid: number): SymbolTable | undefined {
    const { inode, path, name } = file.mapping;
    if (inode === 0) return undefined;
    // First the file that is mapped, wherever its name leads to by now.
    file.symbols ??=
      this.#files.read(`${this.#procfs}/${tgid}/map_files/${name}`) ??
      (isFile(path, inode) ? this.#files.read(path) : undefined);
    return file.symbols;
  }
}

function fileAt(image: Image | undefined, address: bigint): MappedFile | undefined {
  return image?.mappings.find(({ mapping: { start, end } }) => address >= start && address < end);
}

function isFile(path: string, inode: number): boolean {
  try {
    return statSync(path).ino === inode;
  } catch {
    return false;
  }
}
