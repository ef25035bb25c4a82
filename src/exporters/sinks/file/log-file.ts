/** One file that lines are appended to: whole lines, or none. */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExportError } from '../../errors.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
/** A link could have been put there to have the agent write elsewhere. */
const FLAGS = O_APPEND | O_RDWR | O_NOFOLLOW | O_NONBLOCK;
const DIRECTORY_MODE = 0o700;
const LINE_END = 0x0a;

export class LogFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #identity: string;
  /** ms since 1970. */
  readonly bornMs: number;
  #size: number;
  /** Something was written after `size` that is not a whole chunk. */
  #isTorn = false;

  private constructor(path: string, handle: FileHandle, status: Stats) {
    this.#path = path;
    this.#handle = handle;
    this.#identity = identityOf(status);
    this.bornMs = status.birthtimeMs > 0 ? status.birthtimeMs : status.mtimeMs;
    this.#size = status.size;
  }

  /** Makes the file, with this mode, and its directory where they are not there. */
  static async open(path: string, mode: number): Promise<LogFile> {
    await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    const handle = await openOrMake(path, mode);
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw new ExportError('SINK_FILE_FAILED', `${path} is not a file`);
      const file = new LogFile(path, handle, status);
      await file.#endLine();
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** False when the path leads elsewhere now: the file was moved or removed. */
  async isInPlace(): Promise<boolean> {
    try {
      return identityOf(await stat(this.#path)) === this.#identity;
    } catch {
      return false;
    }
  }

  /** Resolves when the chunk is on the disk; nothing of it stays in the file otherwise. */
  async append(chunk: Uint8Array): Promise<void> {
    if (this.#isTorn) await this.#mend();
    this.#isTorn = true;
    try {
      await this.#handle.appendFile(chunk);
      await this.#handle.datasync();
    } catch (error) {
      // What is cut off later may be read by somebody until then.
      await this.#mend().catch(() => undefined);
      throw error;
    }
    this.#isTorn = false;
    this.#size += chunk.length;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #mend(): Promise<void> {
    await this.#handle.truncate(this.#size);
    this.#isTorn = false;
  }

  /** A line that was cut, as by a crash, must not take the next one with it. */
  async #endLine(): Promise<void> {
    if (this.#size === 0) return;
    const { buffer } = await this.#handle.read(Buffer.alloc(1), 0, 1, this.#size - 1);
    if (buffer[0] !== LINE_END) await this.append(Buffer.from('\n'));
  }
}

async function openOrMake(path: string, mode: number): Promise<FileHandle> {
  try {
    const handle = await open(path, FLAGS | O_CREAT | O_EXCL, mode);
    // Whatever the umask says.
    await handle.chmod(mode);
    return handle;
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isThere) throw error;
    return open(path, FLAGS);
  }
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
