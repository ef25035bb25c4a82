/** Decisions of a policy: what NotifyEnforcer leaves becomes hooks that carry it out. */

import type { ActionPlan, Decision, Hook, HookPlan, SelectorPlan } from '../../../model/plan.ts';
import type { Located } from '../report.ts';
import { ALWAYS } from './always.ts';

const SIGKILL = 9;

/** The hooks of a policy with those of its enforcers. */
export function withDecisions(
  hooks: readonly HookPlan[],
  enforcers: readonly Located<Hook>[],
): readonly HookPlan[] {
  const decisions = listDecisions(hooks);
  if (decisions.length === 0) return hooks;
  return [
    ...hooks.map((hook) => ({ ...hook, selectors: hook.selectors.map(cleaning(decisions)) })),
    ...enforcers.map(({ value: hook }) => ({
      ...{ hook, source: 'enforcers', arguments: [] },
      selectors: decisions.map((decision) => enforcingSelector(decision, hook)),
      ...{ message: '', tags: [], optional: false },
    })),
  ];
}

function listDecisions(hooks: readonly HookPlan[]): readonly Decision[] {
  const found = new Map<string, Decision>();
  for (const action of hooks.flatMap((hook) => hook.selectors.flatMap((one) => one.actions))) {
    if (action.kind !== 'NotifyEnforcer') continue;
    const { error, signal } = action;
    found.set(`${error}/${signal}`, { error, signal });
  }
  return [...found.values()];
}

/**
 * The event is that of the hook that decided, so there is none here. Only `security_` functions can
 * be made to fail: whoever is killed in a system call does not see what it returns.
 */
function enforcingSelector(decision: Decision, { name }: Hook): SelectorPlan {
  const { signal } = decision;
  const isKilledOnly = signal === SIGKILL && !name.startsWith('security_');
  const error = isKilledOnly ? 0 : decision.error;
  const actions: readonly ActionPlan[] = [
    ...(signal === 0 ? [] : [{ kind: 'Signal', signal } as const]),
    ...(error === 0 ? [] : [{ kind: 'Override', error } as const]),
    { kind: 'NoPost' },
  ];
  return { ...ALWAYS, decision, actions };
}

function cleaning(decisions: readonly Decision[]): (selector: SelectorPlan) => SelectorPlan {
  return (selector) => ({
    ...selector,
    actions: selector.actions.map((action) =>
      action.kind === 'CleanupEnforcerNotification' ? { ...action, decisions } : action,
    ),
  });
}
