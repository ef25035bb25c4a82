/** The sink on standard output. */
import { CodedError } from '../../model/errors.ts';
import type { Sink, SinkCounts } from '../sink.ts';

/** Text kept for a slow reader, in UTF-16 units: some 8000 events, within the memory budget. */
const BUFFER_LENGTH_MAX = 8 * 1024 * 1024;

/** Text of one write. Large enough that system calls do not count, small enough for a pipe. */
const CHUNK_LENGTH = 256 * 1024;

/** How long close waits for a reader that does not read. */
const CLOSE_WAIT_MS = 2000;

/** Writes a whole chunk; rejects with the error of the system call. One call at a time. */
export type ChunkWriter = (chunk: Uint8Array) => Promise<void>;

export interface StdoutSinkConfig {
  readonly writeChunk: ChunkWriter;
  /** Called once, with SINK_PIPE_CLOSED or SINK_WRITE_FAILED, when writing is over for good. */
  readonly onBroken?: (error: CodedError) => void;
  readonly bufferLengthMax?: number;
  readonly closeWaitMs?: number;
}

/**
 * Writes lines in order, one chunk at a time. Lines wait in a bounded buffer (8 MiB of text unless
 * said otherwise); when it is full, new ones are dropped and counted. After an error all are.
 */
export class StdoutSink implements Sink {
  readonly name = 'stdout';
  readonly #config: StdoutSinkConfig;
  readonly #lengthMax: number;
  #lines: string[] = [];
  #waitingLength = 0;
  /** Lines in the chunk that is being written. */
  #inFlight = 0;
  #written = 0;
  #dropped = 0;
  #isOpen = true;
  #pump: Promise<void> | undefined;

  constructor(config: StdoutSinkConfig) {
    this.#config = config;
    this.#lengthMax = config.bufferLengthMax ?? BUFFER_LENGTH_MAX;
  }

  write(lines: readonly string[]): void {
    for (const line of lines) this.#take(line);
    if (this.#lines.length > 0) this.#pump ??= this.#drain();
  }

  counts(): SinkCounts {
    return {
      written: this.#written,
      dropped: this.#dropped,
      waiting: this.#lines.length + this.#inFlight,
    };
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    if (this.#pump === undefined) return;
    const { promise: expired, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#config.closeWaitMs ?? CLOSE_WAIT_MS);
    await Promise.race([this.#pump, expired]);
    clearTimeout(timer);
    this.#dropWaiting();
  }

  #take(line: string): void {
    if (!this.#isOpen || this.#waitingLength + line.length > this.#lengthMax) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push(line);
    this.#waitingLength += line.length;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#lines.length > 0) {
        const lines = this.#nextChunk();
        this.#inFlight = lines.length;
        await this.#config.writeChunk(Buffer.from(`${lines.join('\n')}\n`));
        this.#written += lines.length;
        this.#inFlight = 0;
      }
    } catch (cause) {
      this.#break(cause);
    }
    this.#pump = undefined;
  }

  #nextChunk(): readonly string[] {
    let count = 0;
    let length = 0;
    for (const line of this.#lines) {
      if (count > 0 && length + line.length > CHUNK_LENGTH) break;
      count += 1;
      length += line.length;
    }
    this.#waitingLength -= length;
    return this.#lines.splice(0, count);
  }

  #break(cause: unknown): void {
    this.#isOpen = false;
    // Part of the chunk may have arrived; a line that may be cut is not one that was written.
    this.#dropped += this.#inFlight;
    this.#inFlight = 0;
    this.#dropWaiting();
    this.#config.onBroken?.(brokenError(cause));
  }

  #dropWaiting(): void {
    this.#dropped += this.#lines.length;
    this.#lines = [];
    this.#waitingLength = 0;
  }
}

function brokenError(cause: unknown): CodedError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const errno = cause instanceof Error && 'errno' in cause ? cause.errno : undefined;
  const details = {
    cause,
    call: 'write',
    ...(typeof errno === 'number' ? { errno: Math.abs(errno) } : {}),
  };
  if (code === 'EPIPE' || code === 'ECONNRESET') {
    return new CodedError('SINK_PIPE_CLOSED', 'the reader of standard output went away', details);
  }
  const reason = typeof code === 'string' ? `: ${code}` : '';
  return new CodedError('SINK_WRITE_FAILED', `standard output cannot be written${reason}`, details);
}
