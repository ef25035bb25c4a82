/** Where the files that belong to the agent are, from the place of this file. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvariantError } from '../model/errors.ts';

let root: string | undefined;

/** Directory of package.json. */
export function packageRoot(): string {
  root ??= findUpwards(import.meta.dirname);
  return root;
}

/** Directory of the compiled probes; WARDER_OBJECT_DIR names another one. */
export function objectDirectory(): string {
  return process.env['WARDER_OBJECT_DIR'] ?? join(packageRoot(), 'build', 'bpf');
}

function findUpwards(from: string): string {
  for (let at = from; at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
  }
  throw new InvariantError(`no package.json above ${from}`);
}
