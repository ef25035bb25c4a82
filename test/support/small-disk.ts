/** Disks that a test can fill. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const MIB = 1024 * 1024;

/** A file system of two MiB; undefined when this user may not mount one. */
export function smallDisk(t: TestContext): string | undefined {
  if (process.getuid?.() !== 0) {
    t.skip('mounting a small disk needs root');
    return undefined;
  }
  const directory = mkdtempSync(join(tmpdir(), 'warder-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory]);
  t.after(() => {
    execFileSync('umount', ['-l', directory]);
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** Leaves no block free; what fills it is the file `ballast`. */
export function fill(directory: string): void {
  const path = join(directory, 'ballast');
  for (let size = MIB; size >= 4096; size /= 2) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Smaller pieces follow until nothing is left.
    }
  }
  assert.equal(statfsSync(directory).bfree, 0);
}
