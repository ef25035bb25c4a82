/** What the stub of a hook is attached to: one place, or all those of a user static probe. */
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';
import { findPlace, findUsdt, hasDigest, SensorFileError, withOpenFile } from '../elf/index.ts';
import type { AttachPoint } from '../kernel/index.ts';
import { hookFunction } from './hook-name.ts';

/** Attaches to every point of a hook. Throws a SensorFileError as `attachPointsOf` does. */
export function attachAll<T>(
  hook: Hook,
  method: AttachMethod,
  attach: (point: AttachPoint) => T,
): readonly T[] {
  return withProgram(hook, (place) => attachPointsOf(place, method).map(attach));
}

/** Attaches to the return of a hook. */
export function attachReturn<T>(
  hook: Hook,
  method: AttachMethod,
  attach: (point: AttachPoint) => T,
): T {
  return withProgram(hook, (place) => attach(returnPointOf(place, method)));
}

/** The hook with the file that has the digest in the place of its path, for as long as it takes. */
function withProgram<T>(hook: Hook, use: (hook: Hook) => T): T {
  if (hook.kind !== 'uprobe' || hook.digests === undefined) return use(hook);
  const { path, digests, place } = hook;
  return withOpenFile(path, (opened) => {
    if (!hasDigest(opened, digests, path)) {
      const message = `${path} has none of the digests of the policy`;
      throw new SensorFileError('ENGINE_DIGEST_REJECTED', message);
    }
    const offset = findPlace(opened, place, path);
    return use({ ...hook, path: opened, place: { kind: 'offset', offset } });
  });
}

/** Throws a SensorFileError when a program does not have the place. */
function attachPointsOf(hook: Hook, method: AttachMethod): readonly AttachPoint[] {
  if (method === 'kprobe') {
    return [{ kind: 'kprobe', kernelFunction: hookFunction(hook), isReturn: false }];
  }
  switch (hook.kind) {
    case 'tracepoint':
      return [{ kind: 'tracepoint', category: hook.subsystem, event: hook.name }];
    case 'uprobe':
      return [uprobePoint(hook, false)];
    case 'usdt': {
      const { path: file, provider, name } = hook;
      // The program knows by the cookie which place it runs at; see usdt-locations.ts.
      return findUsdt(file, provider, name).map(({ offset, semaphore }, cookie) => ({
        ...{ kind: 'uprobe', file, offset, refCounter: semaphore, isReturn: false, cookie },
      }));
    }
    default:
      return [{ kind: 'section' }];
  }
}

/** What the stub at the return of a hook is attached to. */
function returnPointOf(hook: Hook, method: AttachMethod): AttachPoint {
  if (hook.kind === 'uprobe') return uprobePoint(hook, true);
  if (method !== 'kprobe') return { kind: 'section' };
  return { kind: 'kprobe', kernelFunction: hookFunction(hook), isReturn: true };
}

function uprobePoint(hook: Extract<Hook, { kind: 'uprobe' }>, isReturn: boolean): AttachPoint {
  const { path: file, place, refCounter } = hook;
  return { kind: 'uprobe', file, offset: findPlace(file, place), refCounter, isReturn, cookie: 0 };
}
