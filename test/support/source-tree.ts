/** The checkout's own sources, for tests about the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One source file; paths are relative to the checkout. */
export interface SourceFile {
  readonly path: string;
  readonly lines: readonly string[];
  readonly text: string;
}

const CHECKOUT: string = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const SKIPPED = new Set(['node_modules', 'build', 'generated', 'vendor', 'dist']);

/** Every file under the given folders whose name matches, generated and vendored ones left out. */
export function readSources(roots: readonly string[], name: RegExp): readonly SourceFile[] {
  return roots
    .flatMap((root) => listFiles(join(CHECKOUT, root)))
    .filter((path) => name.test(path))
    .map(readSource);
}

function listFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(path);
      return [path];
    });
  } catch {
    return [];
  }
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  return { path: relative(CHECKOUT, path), lines: text.replace(/\n$/, '').split('\n'), text };
}
