/** What a selector does when the call returns. */
import type { ActionName } from '../../model/event.ts';
import type { ActionPlan, SelectorPlan } from '../../model/plan.ts';

const SIGKILL = 9;

/** What a selector does when the call returns and its conditions on that hold. */
export interface ReturnEffect {
  readonly isPosted: boolean;
  /** 0 when no signal is sent. */
  readonly signal: number;
  readonly action: ActionName;
}

/** `NoPost` at the entry holds for the return, unless that says `Post`. */
export function returnEffectOf({ actions, returnActions = [] }: SelectorPlan): ReturnEffect {
  const has = (kind: ActionPlan['kind'], at: readonly ActionPlan[]): boolean =>
    at.some((action) => action.kind === kind);
  return {
    isPosted:
      !has('NoPost', returnActions) && (!has('NoPost', actions) || has('Post', returnActions)),
    signal: signalOf(returnActions),
    action: returnActions.at(-1)?.kind ?? 'Post',
  };
}

/** Sigkill wins over another signal: the process does not live to see it. */
export function signalOf(actions: readonly ActionPlan[]): number {
  if (actions.some((action) => action.kind === 'Sigkill')) return SIGKILL;
  const signal = actions.find((action) => action.kind === 'Signal');
  return signal?.kind === 'Signal' ? signal.signal : 0;
}
