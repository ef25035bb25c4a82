/** Writing to standard output without stopping the event loop, whatever it is connected to. */
import { fstatSync, write } from 'node:fs';
import type { ChunkWriter } from '../exporters/index.ts';

/** What is needed of process.stdout. */
export interface OutputStream {
  readonly fd: number;
  write(chunk: Uint8Array, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Time between two tries when a terminal or file says it would block. */
const RETRY_MS = 10;

/**
 * Chooses how to write. Node writes to pipes and sockets without blocking, and a process can exit
 * while such a write waits. Its writes to terminals and files block the event loop, for as long as
 * somebody holds the terminal with Ctrl-S, so those go through the thread pool.
 */
export function createChunkWriter(stream: OutputStream): ChunkWriter {
  const status = fstatSync(stream.fd);
  return status.isFIFO() || status.isSocket() ? streamWriter(stream) : poolWriter(stream.fd);
}

function streamWriter(stream: OutputStream): ChunkWriter {
  // The callback of write reports errors; without a listener they would end the process as well.
  stream.on('error', () => undefined);
  return (chunk) =>
    new Promise((resolve, reject) => {
      stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
}

function poolWriter(fd: number): ChunkWriter {
  return async (chunk) => {
    let offset = 0;
    while (offset < chunk.length) offset += await writeOnce(fd, chunk.subarray(offset));
  };
}

function writeOnce(fd: number, chunk: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, chunk, (error, size) => {
      if (error === null) resolve(size);
      // Whoever shares the terminal may have made it non-blocking.
      else if (error.code === 'EAGAIN') setTimeout(() => resolve(0), RETRY_MS);
      else reject(error);
    });
  });
}
