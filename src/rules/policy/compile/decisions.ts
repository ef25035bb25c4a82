/** Decisions of a policy: what NotifyEnforcer leaves becomes hooks that carry it out. */

import type { ActionPlan, Decision, Hook, HookPlan, SelectorPlan } from '../../../model/plan.ts';
import type { Located } from '../report.ts';
import { ALWAYS } from './always.ts';

/** The hooks of a policy with those of its enforcers. */
export function withDecisions(
  hooks: readonly HookPlan[],
  enforcers: readonly Located<Hook>[],
): readonly HookPlan[] {
  const decisions = listDecisions(hooks);
  if (decisions.length === 0) return hooks;
  const selectors = decisions.map(enforcingSelector);
  return [
    ...hooks.map((hook) => ({ ...hook, selectors: hook.selectors.map(cleaning(decisions)) })),
    ...enforcers.map(({ value: hook }) => ({
      ...{ hook, source: 'enforcers', arguments: [], selectors },
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

/** The event is that of the hook that decided, so there is none here. */
function enforcingSelector(decision: Decision): SelectorPlan {
  const { error, signal } = decision;
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
