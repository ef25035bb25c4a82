/** Recorded texts; UPDATE_GOLDEN=1 records them again. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/root.ts';

/** Compares a text with a file, by its path in the checkout. */
export function assertGolden(path: string, actual: string): void {
  const file = join(repositoryRoot(), path);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  assert.equal(actual, existsSync(file) ? readFileSync(file, 'utf8') : '');
}
