/**
 * ELF files of programs and libraries, as far as probes in them need to know: sections, segments
 * and symbols. Reads 64-bit little-endian files, parts of them as they are asked for.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { SensorFileError } from './errors.ts';

/** Symbol tables and notes of the largest programs are below this. */
const SECTION_BYTES_MAX = 256 * 1024 * 1024;
const SECTIONS_MAX = 65_535;
const SEGMENTS_MAX = 65_535;
/** A damaged file has names that do not end, and as many of them as sections. */
const SECTION_NAME_BYTES_MAX = 256;

const HEADER_BYTES = 64;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_NOBITS = 8;
const SEGMENT_LOAD = 1;

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** Number of another section: of a symbol table, the one with its names. */
  readonly link: number;
}

interface ElfSegment {
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

/** An open file; close it. Every method throws ENGINE_FILE_INVALID for what makes no sense. */
export class ElfFile {
  readonly path: string;
  readonly sections: readonly ElfSection[];
  readonly #fd: number;
  readonly #size: number;
  readonly #segments: readonly ElfSegment[];

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    this.#size = fstatSync(fd).size;
    const header = this.#view(0, HEADER_BYTES);
    const isElf =
      header.getUint32(0, false) === 0x7f454c46 &&
      header.getUint8(4) === CLASS_64 &&
      header.getUint8(5) === LITTLE_ENDIAN;
    if (!isElf) this.#refuse('it is no 64-bit ELF file');
    this.#segments = this.#readSegments(header);
    this.sections = this.#readSections(header);
  }

  /**
   * Throws ENGINE_FILE_UNREADABLE, or ENGINE_FILE_INVALID when it is no ELF file. `shownAs`: the
   * path in messages.
   */
  static open(path: string, shownAs: string = path): ElfFile {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SensorFileError('ENGINE_FILE_UNREADABLE', `${shownAs}: ${reason}`, { cause });
    }
    try {
      return new ElfFile(shownAs, fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** The bytes of a section. */
  read(section: ElfSection): Uint8Array {
    if (section.type === TYPE_NOBITS) return new Uint8Array(0);
    return this.#bytes(section.offset, section.size);
  }

  /** Where in the file an address of the program is; undefined when it is not from the file. */
  offsetOf(address: number): number | undefined {
    const segment = this.#segments.find(
      (one) => address >= one.address && address < one.address + one.size,
    );
    return segment && address - segment.address + segment.offset;
  }

  close(): void {
    closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #readSegments(header: DataView): readonly ElfSegment[] {
    const count = Math.min(header.getUint16(56, true), SEGMENTS_MAX);
    const size = header.getUint16(54, true);
    if (count === 0 || size < 56) return [];
    const table = this.#view(this.#word(header, 32), count * size);
    return Array.from({ length: count }, (_, number) => number * size)
      .filter((at) => table.getUint32(at, true) === SEGMENT_LOAD)
      .map((at) => ({
        offset: this.#word(table, at + 8),
        address: this.#word(table, at + 16),
        size: this.#word(table, at + 32),
      }));
  }

  #readSections(header: DataView): readonly ElfSection[] {
    const count = Math.min(header.getUint16(60, true), SECTIONS_MAX);
    const size = header.getUint16(58, true);
    if (count === 0 || size < 64) return [];
    const table = this.#view(this.#word(header, 40), count * size);
    const raw = Array.from({ length: count }, (_, number) => {
      const at = number * size;
      return {
        nameAt: table.getUint32(at, true),
        type: table.getUint32(at + 4, true),
        address: this.#word(table, at + 16),
        offset: this.#word(table, at + 24),
        size: this.#word(table, at + 32),
        link: table.getUint32(at + 40, true),
      };
    });
    const names = raw[header.getUint16(62, true)];
    const text = names === undefined ? new Uint8Array(0) : this.#bytes(names.offset, names.size);
    return raw.map(({ nameAt, ...rest }) => ({
      ...rest,
      name: readText(text.subarray(nameAt, nameAt + SECTION_NAME_BYTES_MAX), 0),
    }));
  }

  /** Places and sizes are exact up to 2^53; nothing that exists has more. */
  #word(view: DataView, at: number): number {
    return Number(view.getBigUint64(at, true));
  }

  #view(offset: number, size: number): DataView {
    const bytes = this.#bytes(offset, size);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #bytes(offset: number, size: number): Uint8Array {
    if (size > SECTION_BYTES_MAX || offset + size > this.#size) this.#refuse('a part is cut off');
    const bytes = new Uint8Array(size);
    const count = readSync(this.#fd, bytes, 0, size, offset);
    if (count < size) this.#refuse('a part is cut off');
    return bytes;
  }

  #refuse(reason: string): never {
    throw new SensorFileError('ENGINE_FILE_INVALID', `${this.path} cannot be read: ${reason}`);
  }
}

/** Text up to the next NUL; empty outside of the bytes. */
export function readText(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  return Buffer.from(bytes.subarray(start, end < 0 ? bytes.length : end)).toString('utf8');
}
