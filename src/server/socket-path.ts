/** The file of a unix socket: who may have it, and how it comes and goes without a gap. */
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { ServerError } from './errors.ts';

/** The kernel takes 107 bytes; the rest is for the name the socket has before it is ready. */
const PATH_SIZE_MAX = 80;

/** A dead agent refuses at once; one that does not answer in this time is alive and stuck. */
const CONNECT_TIMEOUT_MS = 2000;

/**
 * Makes the directory and removes the socket of a dead agent. Throws SERVER_ADDRESS_IN_USE when
 * one is listening, SERVER_ADDRESS_INVALID when the path is too long or something else is there.
 */
export async function claimPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > PATH_SIZE_MAX) {
    const message = `the path of the socket has more than ${PATH_SIZE_MAX} bytes: ${path}`;
    throw new ServerError('SERVER_ADDRESS_INVALID', message);
  }
  attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Left behind by a process of this number that died while it started.
    rmSync(temporaryPath(path), { force: true });
  });
  const found = attempt(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (found === undefined) return;
  if (!found.isSocket()) {
    const message = `${path} exists and is not a socket; it is left alone`;
    throw new ServerError('SERVER_ADDRESS_INVALID', message);
  }
  if (await isAnswered(path)) {
    throw new ServerError('SERVER_ADDRESS_IN_USE', `another agent listens at ${path}`);
  }
  attempt(path, () => rmSync(path, { force: true }));
}

/** Where to listen first: nobody may connect before the mode of the socket is right. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${process.pid}.sock`);
}

/** Gives the listening socket its mode and its name. The stats tell it from another's later. */
export function publishPath(from: string, path: string): Stats {
  chmodSync(from, 0o600);
  renameSync(from, path);
  return lstatSync(path);
}

/** Removes the socket, unless another agent has put its own there since. */
export function releasePath(path: string, published: Stats): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.ino === published.ino && found.dev === published.dev) rmSync(path, { force: true });
}

/** Wraps whatever `run` throws in SERVER_LISTEN_FAILED. */
function attempt<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw listenFailure(path, cause);
  }
}

/** SERVER_LISTEN_FAILED with the reason of the system. */
export function listenFailure(path: string, cause: unknown): ServerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ServerError('SERVER_LISTEN_FAILED', `cannot listen at ${path}: ${reason}`, { cause });
}

function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.setTimeout(CONNECT_TIMEOUT_MS);
  socket.on('connect', () => resolve(true));
  socket.on('timeout', () => resolve(true));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
    else if (error.code === 'EAGAIN') resolve(true);
    else reject(listenFailure(path, error));
  });
  return promise.finally(() => socket.destroy());
}
