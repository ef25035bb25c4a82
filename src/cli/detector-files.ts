/** Names of files of detectors. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { listDetectors } from '../rules/index.ts';
import { CliError } from './errors.ts';

/**
 * Every file, and of directories those right in them. Throws CONFIG_FILE_UNREADABLE,
 * CONFIG_FOLDER_EMPTY.
 */
export function listDetectorFiles(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap(listFiles))];
}

function listFiles(path: string): readonly string[] {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isDirectory === undefined) {
    throw new CliError('CONFIG_FILE_UNREADABLE', `cannot read ${path}: there is no such file`);
  }
  if (!isDirectory) return [resolve(path)];
  const files = listDetectors(resolve(path));
  if (files.length > 0) return files;
  throw new CliError(
    'CONFIG_FOLDER_EMPTY',
    `there is no *.ts, *.mts, *.js or *.mjs file in ${path}`,
  );
}
