/** Where things are on disk. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the nearest folder above this file that holds package-lock.json. */
export const CHECKOUT: string = findCheckout(dirname(fileURLToPath(import.meta.url)));

/** Everything the harness keeps between runs; safe to delete. */
export const GUEST_CACHE: string = join(CHECKOUT, '.cache', 'guest');

function findCheckout(start: string): string {
  let directory = start;
  while (!existsSync(join(directory, 'package-lock.json'))) {
    const parent = resolve(directory, '..');
    if (parent === directory) throw new Error(`no package-lock.json above ${start}`);
    directory = parent;
  }
  return directory;
}
