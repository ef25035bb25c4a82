/** The sink of files: a line for each message, synced, with old files compressed and bounded. */
import { rename } from 'node:fs/promises';
import type { DeliveryOutcome, Dispatch } from '../../../model/delivery.ts';
import type { Logger } from '../../../model/log.ts';
import type { Clock } from '../../clock.ts';
import type { DeliverySink } from '../../delivery-sink.ts';
import { ExportError } from '../../errors.ts';
import { LineBuffer } from '../line-buffer.ts';
import type { MessageFormat } from '../sink-type.ts';
import { Archive } from './archive.ts';
import { LogFile } from './log-file.ts';

/** Each batch is synced, which costs as much as writing thousands of lines. */
export const FILE_BATCH: { readonly records: number; readonly bytes: number } = {
  records: 2048,
  bytes: 4 * 1024 * 1024,
};

export interface FileSinkOptions {
  readonly path: string;
  /** It is rotated before it would become larger; one line alone may be. */
  readonly bytesMax: number;
  /** It is rotated when it is as old as this and something is to be written. */
  readonly ageMaxMs: number;
  /** Files that it was rotated into and that stay. */
  readonly keep: number;
  readonly compress: boolean;
  /** Of the files that are made. */
  readonly mode: number;
  readonly format: MessageFormat;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A batch is in the file as a whole or not at all, unless the agent is killed in between. */
export class FileSink implements DeliverySink {
  readonly #options: FileSinkOptions;
  readonly #archive: Archive;
  readonly #lines: LineBuffer = new LineBuffer();
  #file: LogFile | undefined;
  #isClosed = false;

  constructor(options: FileSinkOptions) {
    this.#options = options;
    this.#archive = new Archive(options);
  }

  async open(): Promise<void> {
    await this.#usable();
    this.#archive.tidy();
  }

  async deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    const { format } = this.#options;
    const outcome = await this.#write(this.#lines.fill(dispatches, format));
    return dispatches.map(() => outcome);
  }

  /** Resolves when nothing is being compressed. */
  settled(): Promise<void> {
    return this.#archive.settled();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#archive.close();
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #write(chunk: Uint8Array): Promise<DeliveryOutcome> {
    try {
      const file = await this.#usable();
      const target = this.#isFull(file, chunk.length) ? await this.#rotate(file) : file;
      await target.append(chunk);
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The file at the path: a new one when the old one was moved away, as logrotate does. */
  async #usable(): Promise<LogFile> {
    const { path, mode } = this.#options;
    if (this.#isClosed) throw new ExportError('SINK_FILE_FAILED', 'the agent ends');
    const file = this.#file;
    if (file !== undefined && (await file.isInPlace())) return file;
    this.#file = undefined;
    await file?.close();
    try {
      const opened = await LogFile.open(path, mode);
      this.#file = opened;
      return opened;
    } catch (error) {
      if (error instanceof ExportError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ExportError('SINK_FILE_FAILED', reason, { cause: error });
    }
  }

  #isFull({ size, bornMs }: LogFile, length: number): boolean {
    const { bytesMax, ageMaxMs, clock } = this.#options;
    return size > 0 && (size + length > bytesMax || clock.now() - bornMs >= ageMaxMs);
  }

  async #rotate(file: LogFile): Promise<LogFile> {
    const { path, clock } = this.#options;
    await rename(path, await this.#archive.nextName(clock.now()));
    this.#file = undefined;
    await file.close();
    const next = await this.#usable();
    this.#archive.tidy();
    return next;
  }
}
