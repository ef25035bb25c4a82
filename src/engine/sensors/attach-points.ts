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
    case 'uprobe': {
      const { path: file, place, refCounter } = hook;
      const offset = findPlace(file, place);
      return [{ kind: 'uprobe', file, offset, refCounter, isReturn: false, cookie: 0 }];
    }
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
