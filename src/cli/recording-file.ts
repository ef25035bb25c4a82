/** Recordings as files, compressed when their names say so. */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { DetectionEvent } from '../model/detection-event.ts';
import { RecordingDecoder, type RecordingHead } from '../rules/index.ts';
import { CliError } from './errors.ts';

/** A recording that is read from its beginning. */
export interface OpenRecording {
  /** What it says of itself; known when the first event is. */
  head(): RecordingHead | undefined;
  readonly events: AsyncIterable<DetectionEvent>;
}

/** Opens a recording. Reading throws CONFIG_FILE_UNREADABLE, RULE_RECORDING_INVALID. */
export function openRecording(path: string): OpenRecording {
  const decoder = new RecordingDecoder();
  return { head: () => decoder.head, events: readEvents(path, decoder) };
}

async function* readEvents(
  path: string,
  decoder: RecordingDecoder,
): AsyncGenerator<DetectionEvent> {
  const file = createReadStream(path);
  const input = decompress(path, file);
  // Errors of the file do not reach the end of a pipe by themselves.
  file.on('error', (error) => input.destroy(error));
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const failed = new Promise<never>((_resolve, reject) => input.once('error', reject));
  failed.catch(() => lines.close());
  try {
    for await (const line of lines) {
      const event = line === '' ? undefined : decoder.decode(line);
      if (event !== undefined) yield event;
    }
    if (input.errored !== null) throw input.errored;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && /^RULE_/.test(String(cause.code))) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('CONFIG_FILE_UNREADABLE', `cannot read ${path}: ${reason}`, { cause });
  } finally {
    file.destroy();
  }
}

function decompress(path: string, file: Readable): Readable {
  if (path.endsWith('.gz')) return file.pipe(createGunzip());
  if (path.endsWith('.zst')) return file.pipe(createZstdDecompress());
  return file;
}

/** Where a recording is written to; `end` resolves when all of it is in the file. */
export interface RecordingWriter {
  readonly input: Writable;
  end(): Promise<void>;
}

/** Creates the file, or empties it. Only its owner may read it: command lines have secrets. */
export function createRecording(path: string): RecordingWriter {
  const file = createWriteStream(path, { mode: 0o600 });
  const input = compress(path, file);
  const done = new Promise<void>((resolve, reject) => {
    file.once('close', resolve);
    for (const stream of [file, input] satisfies readonly Writable[]) {
      stream.once('error', (cause: Error) => {
        const message = `cannot write ${path}: ${cause.message}`;
        reject(new CliError('CONFIG_FILE_UNREADABLE', message, { cause }));
      });
    }
  });
  done.catch(() => undefined);
  return {
    input,
    end() {
      input.end();
      return done;
    },
  };
}

function compress(path: string, file: Writable): Writable {
  const compressor = path.endsWith('.gz')
    ? createGzip()
    : path.endsWith('.zst')
      ? createZstdCompress()
      : undefined;
  if (compressor === undefined) return file;
  compressor.pipe(file);
  return compressor;
}
