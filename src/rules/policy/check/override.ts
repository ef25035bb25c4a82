/** Refuses Override where the kernel has no way to skip a function. */

import type { Hook } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { Report } from '../report.ts';
import type { HookSpec } from '../spec.ts';

/** System calls, security_ functions and LSM hooks can be denied; nothing else can. */
export function checkOverride(spec: HookSpec, report: Report): void {
  const hook = spec.hook.value;
  if (canOverride(hook)) return;
  const name = quote(hook.name);
  for (const action of spec.selectors.flatMap((selector) => selector.actions)) {
    if (action.value.kind !== 'Override') continue;
    report.error('POLICY_OVERRIDE_UNSUPPORTED', action.span, {
      message: `only system calls and security_ functions can be overridden, not ${name}`,
      hint: 'override the security_ function that is called on the same path, or use Sigkill',
    });
  }
}

function canOverride(hook: Hook): boolean {
  switch (hook.kind) {
    case 'lsm':
      return true;
    case 'syscall':
      return hook.method === undefined;
    case 'function':
      return hook.method === undefined && hook.name.startsWith('security_');
    default:
      return false;
  }
}
