/** Finds the keys of a Tetragon in a directory, or in a file. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileDiagnostics } from '../agent-options.ts';
import { ConfigText } from '../config/config-text.ts';
import { CliError } from '../errors.ts';
import { readPolicyFile } from '../policy-files.ts';
import { isHelmValues, readHelmValues } from './helm-values.ts';
import { isMap } from './json-values.ts';
import { NAME } from './key-name.ts';
import type { Found } from './setting.ts';

/** Far more than there are keys. */
const FILES_MAX = 1000;

const NO_KEY = 'it is no name of a key';

/** What was found in a path, and what is wrong with its text. */
export interface FoundPath extends Found {
  readonly diagnostics: readonly FileDiagnostics[];
}

/**
 * Of a directory with a file for each key, or of a file: values of Helm, a ConfigMap, or keys.
 * Throws CONFIG_FILE_UNREADABLE.
 */
export function findInPath(path: string): FoundPath {
  if (isDirectory(path)) return { ...findInDirectory(path), diagnostics: [] };
  const text = ConfigText.yaml(readPolicyFile(path).text, path);
  const { value } = text;
  if (text.isBroken) return { settings: [], others: [], diagnostics: [text.diagnostics()] };
  if (value === null) return { settings: [], others: [], diagnostics: [] };
  if (!isMap(value)) {
    const message = 'it has no keys';
    text.add([{ path: [], code: 'CONFIG_TYPE_MISMATCH', message }]);
    return { settings: [], others: [], diagnostics: [text.diagnostics()] };
  }
  return { ...findInDocument(value), diagnostics: [] };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Kubernetes keeps the files of a ConfigMap in directories whose names begin with a dot. */
function findInDirectory(directory: string): Found {
  const names = listNames(directory);
  const isKey = (name: string): boolean => NAME.test(name);
  return {
    settings: names.filter(isKey).map((name) => {
      const { text } = readPolicyFile(join(directory, name));
      return { name, value: text.trim(), from: name };
    }),
    others: names
      .filter((name) => !isKey(name) && !name.startsWith('.'))
      .map((from) => ({ from, reason: NO_KEY })),
  };
}

function listNames(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return files
      .map(({ name }) => name)
      .filter((name) => statSync(join(directory, name)).isFile())
      .sort()
      .slice(0, FILES_MAX);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('CONFIG_FILE_UNREADABLE', `cannot read ${directory}: ${reason}`, { cause });
  }
}

function findInDocument(document: Readonly<Record<string, unknown>>): Found {
  if (isHelmValues(document)) return readHelmValues(document);
  const { kind, data } = document;
  if (kind === 'ConfigMap' && isMap(data)) return findInKeys(data);
  return findInKeys(document);
}

function findInKeys(keys: Readonly<Record<string, unknown>>): Found {
  const entries = Object.entries(keys).filter(([, value]) => value !== null);
  const isPlain = (value: unknown): boolean => !isMap(value);
  return {
    settings: entries
      .filter(([name, value]) => NAME.test(name) && isPlain(value))
      .map(([name, value]) => ({ name, value: textOf(value), from: name })),
    others: entries
      .filter(([name, value]) => !NAME.test(name) || !isPlain(value))
      .map(([from]) => ({ from, reason: NO_KEY })),
  };
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(',') : String(value).trim();
}
