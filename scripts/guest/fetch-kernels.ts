/** Fetches the kernels guests boot into the cache. Does nothing when they are there. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { downloadPackage } from './debian-archive.ts';
import { extractKernelElf } from './kernel-image.ts';
import { type KernelModule, ModuleTree } from './kernel-modules.ts';
import { findCachedKernel, KERNEL_LINES, type KernelLine, type KernelManifest } from './kernels.ts';
import { GUEST_CACHE } from './places.ts';
import {
  BOOT_MODULES,
  describeWantedModules,
  LATE_MODULES,
  SPARE_MODULES,
} from './wanted-modules.ts';

/** The parts of a package that can matter; unpacking the rest takes longer than the download. */
const WANTED_PATHS = [
  './boot/vmlinuz-*',
  '*/modules.builtin',
  ...['net', 'fs', 'lib', 'crypto', 'drivers/virtio', 'drivers/char', 'drivers/net'].map(
    (directory) => `*/kernel/${directory}/*`,
  ),
];

function main(): void {
  for (const line of KERNEL_LINES) {
    if (findCachedKernel(line) !== undefined) continue;
    process.stdout.write(`setup: fetching a Debian ${line} kernel, which tests boot in a guest\n`);
    const release = fetchKernel(line);
    process.stdout.write(`setup: kernel ${release} is ready\n`);
  }
}

function fetchKernel(line: KernelLine): string {
  mkdirSync(GUEST_CACHE, { recursive: true });
  const work = mkdtempSync(join(GUEST_CACHE, 'fetch-'));
  try {
    downloadPackage(imagePattern(line), work);
    const tree = join(work, 'tree');
    unpackPackage(work, tree);
    const release = packKernel(tree, join(work, 'kernel'));
    const target = join(GUEST_CACHE, release);
    rmSync(target, { recursive: true, force: true });
    renameSync(join(work, 'kernel'), target);
    return release;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Full images only: the cloud flavour has no 9p, and debug and unsigned ones are larger twins. */
function imagePattern(line: KernelLine): RegExp {
  return new RegExp(
    `^linux-image-${line.replace('.', '\\.')}\\.[0-9.]+(-[0-9]+|\\+deb[0-9]+)-amd64$`,
  );
}

function unpackPackage(directory: string, tree: string): void {
  const file = readdirSync(directory).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get download left no package in ${directory}`);
  const archive = join(directory, 'package.tar');
  mkdirSync(tree);
  execFileSync('sh', [
    '-c',
    'dpkg-deb --fsys-tarfile "$1" > "$2"',
    'sh',
    join(directory, file),
    archive,
  ]);
  execFileSync('tar', ['-xf', archive, '-C', tree, '--wildcards', ...WANTED_PATHS]);
}

/** Writes image, modules and manifest to `target`; returns the release. */
function packKernel(tree: string, target: string): string {
  const roots = ['lib/modules', 'usr/lib/modules'].map((path) => join(tree, path));
  const root = roots.find((path) => existsSync(path));
  const release = root === undefined ? undefined : readdirSync(root)[0];
  if (root === undefined || release === undefined) throw new Error('the package has no modules');

  const modules = new ModuleTree(join(root, release));
  const boot = modules.resolve(BOOT_MODULES);
  const late = modules.resolve(LATE_MODULES, new Set(boot.map((module) => module.name)));
  const spare = modules.resolve(SPARE_MODULES);
  mkdirSync(join(target, 'modules'), { recursive: true });
  const manifest: KernelManifest = {
    release,
    image: packImage(join(tree, 'boot', `vmlinuz-${release}`), target),
    wanted: describeWantedModules(),
    bootModules: boot.map((module) => packModule(module, target)),
    lateModules: late.map((module) => packModule(module, target)),
    spareModules: spare.map((module) => packModule(module, target)),
  };
  writeFileSync(join(target, 'kernel.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return release;
}

function packImage(bzImagePath: string, target: string): string {
  const bzImage = readFileSync(bzImagePath);
  const elf = extractKernelElf(bzImage);
  const name = elf === undefined ? 'vmlinuz' : 'vmlinux';
  writeFileSync(join(target, name), elf ?? bzImage);
  return name;
}

function packModule(module: KernelModule, target: string): string {
  const path = join('modules', `${module.name}.ko`);
  writeFileSync(join(target, path), module.data);
  return path;
}

main();
