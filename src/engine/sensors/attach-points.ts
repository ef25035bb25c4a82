/** What the stub of a hook is attached to: one place, or all those of a user static probe. */
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';
import { findPlace, findUsdt } from '../elf/index.ts';
import type { AttachPoint } from '../kernel/index.ts';
import { hookFunction } from './hook-name.ts';

/** Throws a SensorFileError when a program does not have the place. */
export function attachPointsOf(hook: Hook, method: AttachMethod): readonly AttachPoint[] {
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
export function returnPointOf(hook: Hook, method: AttachMethod): AttachPoint {
  if (hook.kind === 'uprobe') return uprobePoint(hook, true);
  if (method !== 'kprobe') return { kind: 'section' };
  return { kind: 'kprobe', kernelFunction: hookFunction(hook), isReturn: true };
}

function uprobePoint(hook: Extract<Hook, { kind: 'uprobe' }>, isReturn: boolean): AttachPoint {
  const { path: file, place, refCounter } = hook;
  return { kind: 'uprobe', file, offset: findPlace(file, place), refCounter, isReturn, cookie: 0 };
}
