/** Builds the first root of a guest: a static busybox, the init script and the modules it loads. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ArchiveEntry, writeArchive } from './cpio.ts';
import type { CachedKernel } from './kernels.ts';
import { CHECKOUT } from './places.ts';

const BUSYBOX_PATHS = ['/bin/busybox', '/usr/bin/busybox', '/usr/lib/busybox/bin/busybox'];
const DIRECTORIES = ['proc', 'sys', 'run', 'host', 'scratch', 'root'];

/** Path of the archive; made once per kernel and per version of the init script. */
export function prepareInitramfs(kernel: CachedKernel): string {
  const init = readFileSync(join(CHECKOUT, 'scripts', 'guest', 'init.sh'));
  const busybox = readFileSync(findBusybox());
  const key = createHash('sha256').update(init).update(busybox).digest('hex').slice(0, 12);
  const path = join(kernel.directory, `initramfs-${key}.cpio`);
  if (existsSync(path)) return path;

  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, writeArchive(listEntries(kernel, init, busybox)));
  // Two runs may build the same archive at once; a rename leaves either whole.
  renameSync(partial, path);
  return path;
}

function listEntries(kernel: CachedKernel, init: Buffer, busybox: Buffer): ArchiveEntry[] {
  return [
    ...DIRECTORIES.map((path): ArchiveEntry => ({ kind: 'directory', path })),
    { kind: 'device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    { kind: 'device', path: 'dev/null', mode: 0o666, major: 1, minor: 3 },
    // The kernel reports a missing execute bit as a missing init, so the modes are explicit.
    { kind: 'file', path: 'init', mode: 0o755, data: init },
    { kind: 'file', path: 'busybox', mode: 0o755, data: busybox },
    ...moduleEntries(kernel, 'boot', kernel.bootModules),
    ...moduleEntries(kernel, 'late', kernel.lateModules),
    ...moduleEntries(kernel, 'spare', kernel.spareModules),
  ];
}

/** Numbered, as the init script loads them in the order of a glob. */
function moduleEntries(
  kernel: CachedKernel,
  stage: string,
  files: readonly string[],
): ArchiveEntry[] {
  return files.map((file, index) => ({
    kind: 'file',
    path: `modules/${stage}/${String(index).padStart(2, '0')}-${basename(file)}`,
    mode: 0o644,
    data: readFileSync(join(kernel.directory, file)),
  }));
}

function findBusybox(): string {
  const path = BUSYBOX_PATHS.find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error('no busybox: install the package busybox-static');
  return path;
}
