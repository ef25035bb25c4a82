/** The world as it is: the process, its streams and its signals. */
import { fstatSync } from 'node:fs';
import { createChunkWriter } from './chunk-writer.ts';
import type { CliIo, StopSignal, TextOutput } from './io.ts';

/** Also for terminals that say they have none, as serial consoles do. */
const DEFAULT_COLUMNS = 80;

/** Text that may wait for a reader of standard error that does not read. */
const STDERR_WAITING_MAX = 1024 * 1024;

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** The streams, environment and signals of this process. */
export function createProcessIo(): CliIo {
  return {
    stdout: createStdout(),
    stderr: createStderr(),
    env: process.env,
    now: () => new Date(),
    openInput: () => (isPiped(0) ? process.stdin : undefined),
    openOutput: () => createChunkWriter(process.stdout),
    onSignal: listenToSignals,
    onReload(listener) {
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
    exit: (code) => process.exit(code),
  };
}

function createStdout(): TextOutput {
  let isWatched = false;
  return {
    isTty: process.stdout.isTTY === true,
    columns: process.stdout.columns || DEFAULT_COLUMNS,
    write(text) {
      // `warder status | head -1`: a reader that has read enough is not a failure.
      if (!isWatched) process.stdout.on('error', exitQuietly);
      isWatched = true;
      process.stdout.write(text);
    },
  };
}

function createStderr(): TextOutput {
  // Nobody is left to be told when standard error breaks, and the agent must go on.
  process.stderr.on('error', () => undefined);
  return {
    isTty: process.stderr.isTTY === true,
    columns: process.stderr.columns || DEFAULT_COLUMNS,
    write(text) {
      if (process.stderr.writableLength < STDERR_WAITING_MAX) process.stderr.write(text);
    },
  };
}

function exitQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

/** Pipes, files and sockets; not terminals, and not /dev/null as services have it. */
function isPiped(fd: number): boolean {
  try {
    const status = fstatSync(fd);
    return status.isFIFO() || status.isFile() || status.isSocket();
  } catch {
    return false;
  }
}

function listenToSignals(listener: (signal: StopSignal) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}
