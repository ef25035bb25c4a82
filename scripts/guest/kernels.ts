/** The kernels guests boot: which lines there are, and what the cache holds of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUEST_CACHE } from './places.ts';
import { describeWantedModules } from './wanted-modules.ts';

/** Kernel lines the project is tested on: the floor, and the current long-term line. */
export const KERNEL_LINES = ['6.1', '6.12'] as const;

export type KernelLine = (typeof KERNEL_LINES)[number];

/** A kernel unpacked into the cache, ready to boot. */
export interface CachedKernel {
  readonly line: KernelLine;
  /** `uname -r` of the guest. */
  readonly release: string;
  readonly directory: string;
  /** ELF image, or the bzImage when it could not be unpacked. */
  readonly image: string;
  /** Files under `directory`, in load order. */
  readonly bootModules: readonly string[];
  readonly lateModules: readonly string[];
  readonly spareModules: readonly string[];
}

export function isKernelLine(text: string): text is KernelLine {
  return (KERNEL_LINES as readonly string[]).includes(text);
}

/** The cached kernel of a line, or undefined when never fetched or the module list changed. */
export function findCachedKernel(line: KernelLine): CachedKernel | undefined {
  for (const name of listDirectory(GUEST_CACHE)) {
    if (!name.startsWith(`${line}.`)) continue;
    const kernel = readManifest(join(GUEST_CACHE, name));
    if (kernel !== undefined) return { ...kernel, line };
  }
  return undefined;
}

/** What `kernel.json` holds; written last, so that its presence means a complete folder. */
export interface KernelManifest {
  readonly release: string;
  readonly image: string;
  /** The lists this folder was made for, compared on every start. */
  readonly wanted: string;
  readonly bootModules: readonly string[];
  readonly lateModules: readonly string[];
  readonly spareModules: readonly string[];
}

function readManifest(directory: string): Omit<CachedKernel, 'line'> | undefined {
  try {
    const text = readFileSync(join(directory, 'kernel.json'), 'utf8');
    const manifest = JSON.parse(text) as KernelManifest;
    if (manifest.wanted !== describeWantedModules()) return undefined;
    return { ...manifest, directory, image: join(directory, manifest.image) };
  } catch {
    return undefined;
  }
}

function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
