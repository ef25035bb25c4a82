/** Reads policy files and directories of them. */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PolicyFile } from './agent-options.ts';
import { CliError } from './errors.ts';

/** Far more than any policy; a mistaken path may be a disk image. */
export const FILE_SIZE_MAX: number = 8 * 1024 * 1024;

const CHUNK_SIZE = 64 * 1024;

/**
 * Reads every file, and of directories the *.yaml and *.yml files in the order of their names. A
 * file that is named twice is read once. Throws CONFIG_FILE_UNREADABLE, CONFIG_FOLDER_EMPTY.
 */
export function readPolicyFiles(paths: readonly string[]): readonly PolicyFile[] {
  const files = paths.flatMap(listFiles);
  return [...new Set(files)].map(readPolicyFile);
}

/** Reads one file. Throws CONFIG_FILE_UNREADABLE. */
export function readPolicyFile(file: string): PolicyFile {
  return { file, text: readText(file) };
}

/** The *.yaml and *.yml files of a directory in the order of their names; none if it is gone. */
export function listPolicyFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .filter(({ name }) => /^[^.].*\.ya?ml$/.test(name))
      .map((entry) => join(directory, entry.name))
      .sort();
  } catch {
    return [];
  }
}

function listFiles(path: string): readonly string[] {
  return attempt(path, () => {
    if (!statSync(path).isDirectory()) return [path];
    accessSync(path, constants.R_OK);
    const files = listPolicyFiles(path);
    if (files.length > 0) return files;
    throw new CliError('CONFIG_FOLDER_EMPTY', `there is no *.yaml or *.yml file in ${path}`);
  });
}

function readText(file: string): string {
  return attempt(file, () => {
    return new TextDecoder('utf-8', { fatal: true }).decode(readBounded(file));
  });
}

/** Devices and pipes do not say how long they are, and some have no end. */
function readBounded(file: string): Uint8Array {
  const fd = openSync(file, 'r');
  try {
    const parts: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const part = Buffer.allocUnsafe(CHUNK_SIZE);
      const read = readSync(fd, part);
      if (read === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, read));
      size += read;
      if (size > FILE_SIZE_MAX) throw new Error(`more than ${FILE_SIZE_MAX} bytes are too many`);
    }
  } finally {
    closeSync(fd);
  }
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const message = `cannot read ${path}: ${reasonOf(cause)}`;
    throw new CliError('CONFIG_FILE_UNREADABLE', message, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8 text';
  return cause instanceof Error ? cause.message : String(cause);
}
