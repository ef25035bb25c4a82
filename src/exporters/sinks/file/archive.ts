/** Files that were rotated: compressed in the background, and removed when there are too many. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Logger } from '../../../model/log.ts';
import { FileNames, type RotatedName } from './file-names.ts';

export interface ArchiveOptions {
  readonly path: string;
  readonly compress: boolean;
  /** Files that stay; older ones are removed. */
  readonly keep: number;
  readonly mode: number;
  readonly logger: Logger;
}

/** What fails is logged, and tried again at the next rotation: the log itself goes on. */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #names: FileNames;
  readonly #end = new AbortController();
  #lastMs = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.#names = new FileNames(options.path);
  }

  /** Looks after all that was rotated, after what is running. */
  tidy(): void {
    this.#work = this.#work.then(() => this.#tidy()).catch((error: unknown) => this.#warn(error));
  }

  /**
   * The name that a file is rotated to: later than all there are, also when the clock was set back,
   * as the oldest ones are removed first.
   */
  async nextName(nowMs: number): Promise<string> {
    const times = (await this.#list()).map(({ timeMs }) => timeMs + 1);
    this.#lastMs = Math.max(nowMs, this.#lastMs + 1, ...times);
    return this.#names.rotated(this.#lastMs);
  }

  /** Resolves when nothing is running. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#work;
  }

  async #tidy(): Promise<void> {
    if (this.#end.signal.aborted) return;
    const { keep, compress } = this.#options;
    const found = await this.#list();
    const partial = found.filter(({ kind }) => kind === 'partial');
    const whole = found.filter(({ kind }) => kind !== 'partial');
    const times = [...new Set(whole.map(({ timeMs }) => timeMs))].sort((a, b) => a - b);
    const old = new Set(times.slice(0, Math.max(0, times.length - keep)));
    const superfluous = whole.filter(({ timeMs }) => old.has(timeMs));
    for (const { name } of [...partial, ...superfluous]) await rm(this.#at(name), { force: true });
    if (!compress) return;
    const plain = whole.filter(({ kind, timeMs }) => kind === 'plain' && !old.has(timeMs));
    for (const { name } of plain) await this.#compress(this.#at(name));
  }

  async #list(): Promise<readonly RotatedName[]> {
    const names = await readdir(this.#names.directory);
    return names.flatMap((name) => this.#names.parse(name) ?? []);
  }

  /** Under its name only when it is whole, so that a crash leaves no half of a file. */
  async #compress(path: string): Promise<void> {
    const { signal } = this.#end;
    if (signal.aborted) return;
    const partial = this.#names.partial(path);
    const { mode } = this.#options;
    try {
      const target = createWriteStream(partial, { flags: 'wx', mode });
      await pipeline(createReadStream(path), createGzip(), target, { signal });
      await syncFile(partial);
      await rename(partial, this.#names.compressed(path));
      await rm(path);
    } catch (error) {
      await rm(partial, { force: true });
      if (!signal.aborted) throw error;
    }
  }

  #at(name: string): string {
    return join(this.#names.directory, name);
  }

  #warn(error: unknown): void {
    const { logger, path } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `files that ${path} was rotated into are left as they are: ${reason}`;
    logger.warn({ code: 'SINK_FILE_FAILED', path }, message);
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
