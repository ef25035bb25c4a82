/**
 * Programs with user static probes: which file a stub is attached to, and where its places are.
 * Both must be of one file, as the kernel side reads and overwrites at the places that it is told.
 */
import { statSync } from 'node:fs';
import type { Hook } from '../../model/plan.ts';
import { findUsdt, SensorFileError, type UsdtLocation } from '../elf/index.ts';
import { hookKey } from './hook-name.ts';

/** The file that a path led to. */
export interface ProgramImage {
  /** Different for every file, and for one that was written to. */
  readonly identity: string;
  /** Undefined for what an earlier agent attached. */
  readonly places: readonly UsdtLocation[] | undefined;
}

/**
 * The image for a new generation: that of the stub while the path leads to it, or nowhere.
 * Undefined for hooks of other kinds. Throws a SensorFileError.
 */
export function readImage(
  hook: Hook,
  attached: ProgramImage | undefined,
): ProgramImage | undefined {
  if (hook.kind !== 'usdt') return undefined;
  const identity = identityOf(hook);
  if (attached?.places !== undefined && (identity === '' || identity === attached.identity)) {
    return attached;
  }
  const places = findUsdt(hook.path, hook.provider, hook.name);
  const image = { identity, places };
  checkImage(hook, image);
  return image;
}

/** Throws when the path has come to lead to another file since the image was read. */
export function checkImage(hook: Hook, image: ProgramImage | undefined): void {
  if (image === undefined || identityOf(hook) === image.identity) return;
  const message = `the program of ${hookKey(hook)} was replaced while it was being attached`;
  throw new SensorFileError('ENGINE_FILE_UNREADABLE', message);
}

/** Empty when there is no such file, and for hooks that are not in a program. */
export function identityOf(hook: Hook): string {
  if (hook.kind !== 'usdt') return '';
  try {
    const { dev, ino, size, mtimeNs } = statSync(hook.path, { bigint: true });
    return [dev, ino, size, mtimeNs].join('-');
  } catch {
    return '';
  }
}

/** Names the pins of a hook: those of a stub that is attached to another file are not found. */
export function pinKey(hook: Hook, identity: string): string {
  return identity === '' ? hookKey(hook) : `${hookKey(hook)}#${identity}`;
}
