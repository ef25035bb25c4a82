/** Reads files of rules, and folders of them with what is in them. */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyFile } from './agent-options.ts';
import { CliError } from './errors.ts';
import { FILE_SIZE_MAX, readPolicyFile } from './policy-files.ts';

/**
 * Every file, and of folders all *.yaml and *.yml files at any depth, by their names. Throws
 * CONFIG_FILE_UNREADABLE, CONFIG_FOLDER_EMPTY.
 */
export function readRuleFiles(paths: readonly string[]): readonly PolicyFile[] {
  return listRuleFiles(paths).map(readPolicyFile);
}

/** The same, unread. Throws CONFIG_FOLDER_EMPTY. */
export function listRuleFiles(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap(listFiles))];
}

/** Bytes of a file that has more than are read; undefined when it can be read, or is not there. */
export function excessOf(file: string): number | undefined {
  const size = look(file)?.size ?? 0;
  return size > FILE_SIZE_MAX ? size : undefined;
}

function listFiles(path: string): readonly string[] {
  if (look(path)?.isDirectory() !== true) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^|\/)[^./][^/]*\.ya?ml$/.test(name) && !/(^|\/)\./.test(name))
    .map((name) => join(path, name))
    .filter((file) => look(file)?.isFile() !== false)
    .sort();
  if (files.length > 0) return files;
  throw new CliError('CONFIG_FOLDER_EMPTY', `there is no *.yaml or *.yml file in ${path}`);
}

/**
 * What a path leads to; undefined when it leads nowhere, and reading it says why. In folders only
 * files are meant: a pipe would be waited for.
 */
function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
