/** Files with the types of programs, which policies name with `btfPath`. */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { CodedError } from '../../model/errors.ts';
import type { TypesFileProblem } from '../../model/kernel-types.ts';
import { ElfFile, SensorFileError } from '../elf/index.ts';
import { Btf } from './btf.ts';

/** Those of the kernel have 6 MB, and those of the largest programs some tens. */
const TYPES_BYTES_MAX = 64 * 1024 * 1024;

const SECTION = '.BTF';
const MAGIC = 0xeb9f;
const MAGIC_BYTES = 2;

/** The last file, as it was when it was read. */
interface ReadFile {
  readonly identity: string;
  readonly outcome: Btf | TypesFileProblem;
}

/**
 * Opens files that nobody has vouched for. Keeps the last one, as the arguments of a hook have one
 * file; what it keeps is given back by `close`.
 */
export class TypesFiles {
  #last: ReadFile | undefined;

  /** The types are closed by the next call of `open` for another file, and by `close`. */
  open(path: string): Btf | TypesFileProblem {
    try {
      return this.#open(path);
    } catch (error) {
      return problemOf(path, error);
    }
  }

  /** Forgets the last file; closing twice is fine. */
  close(): void {
    const last = this.#last;
    this.#last = undefined;
    if (last?.outcome instanceof Btf) last.outcome.close();
  }

  #open(path: string): Btf | TypesFileProblem {
    // Opening a device may do something, and opening a pipe waits for somebody.
    if (!statSync(path).isFile()) return invalid(path, 'it is no regular file');
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd, { bigint: true });
      if (!stats.isFile()) return invalid(path, 'it is no regular file');
      const identity = identityOf(path, stats);
      if (this.#last?.identity === identity) return this.#last.outcome;
      this.close();
      const outcome = parse(path, { fd, size: Number(stats.size) });
      this.#last = { identity, outcome };
      return outcome;
    } finally {
      closeSync(fd);
    }
  }
}

interface OpenFile {
  readonly fd: number;
  readonly size: number;
}

function identityOf(path: string, { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs, path].join(':');
}

function parse(path: string, file: OpenFile): Btf | TypesFileProblem {
  try {
    const bytes = isRaw(file) ? readRaw(file) : readSection(path, file);
    return bytes instanceof Uint8Array ? Btf.ofBytes(bytes, path) : invalid(path, bytes.reason);
  } catch (error) {
    return problemOf(path, error);
  }
}

interface Refusal {
  readonly reason: string;
}

const TOO_LARGE: Refusal = { reason: `its types have more than ${TYPES_BYTES_MAX} bytes` };

/** Of either byte order. */
function isRaw({ fd, size }: OpenFile): boolean {
  if (size < MAGIC_BYTES) return false;
  const head = Buffer.alloc(MAGIC_BYTES);
  readSync(fd, head, 0, MAGIC_BYTES, 0);
  return head.readUInt16LE() === MAGIC || head.readUInt16BE() === MAGIC;
}

function readRaw({ fd, size }: OpenFile): Uint8Array | Refusal {
  if (size > TYPES_BYTES_MAX) return TOO_LARGE;
  const bytes = new Uint8Array(size);
  const count = readSync(fd, bytes, 0, size, 0);
  return bytes.subarray(0, count);
}

function readSection(path: string, { fd }: OpenFile): Uint8Array | Refusal {
  using file = ElfFile.open(`/proc/self/fd/${fd}`, path);
  const section = file.section(SECTION);
  if (section === undefined) return { reason: 'it has no section .BTF' };
  if (section.size > TYPES_BYTES_MAX) return TOO_LARGE;
  return file.read(section);
}

function problemOf(path: string, error: unknown): TypesFileProblem {
  if (error instanceof SensorFileError) {
    const file = error.code === 'ENGINE_FILE_INVALID' ? 'invalid' : 'unreadable';
    return { file, message: error.message };
  }
  if (error instanceof CodedError) return invalid(path, error.message);
  const isOfSystem = error instanceof Error && 'syscall' in error;
  if (isOfSystem) return { file: 'unreadable', message: `${path}: ${error.message}` };
  throw error;
}

function invalid(path: string, reason: string): TypesFileProblem {
  return { file: 'invalid', message: `${path} has no types that can be read: ${reason}` };
}
