/** What a selector does when the call returns. */
import type { ActionName } from '../../model/event.ts';
import type { ActionPlan, ReturnTracking, SelectorPlan } from '../../model/plan.ts';
import type { RequestPlan } from '../../model/request.ts';

const SIGKILL = 9;

/** What a selector does when the call returns and its conditions on that hold. */
export interface ReturnEffect {
  readonly isPosted: boolean;
  readonly isShown: boolean;
  /** 0 when no signal is sent. */
  readonly signal: number;
  /** Whether it ends all that descends from the process too. */
  readonly killsTree: boolean;
  readonly action: ActionName;
  /** What happens to the socket that was returned. */
  readonly tracking: ReturnTracking | undefined;
}

/** `NoPost` at the entry holds for the return, unless that says `Post`. */
export function returnEffectOf(
  { actions, returnActions = [] }: SelectorPlan,
  tracking: ReturnTracking | undefined,
): ReturnEffect {
  const has = (kind: ActionPlan['kind'], at: readonly ActionPlan[]): boolean =>
    at.some((action) => action.kind === kind);
  const isShown =
    !has('NoPost', returnActions) && (!has('NoPost', actions) || has('Post', returnActions));
  return {
    isPosted: isShown || requestsOf(actions).length > 0,
    isShown,
    signal: signalOf(returnActions),
    killsTree: killsTree(returnActions),
    action: returnActions.at(-1)?.kind ?? 'Post',
    tracking,
  };
}

/** What a selector asks for; when it waits for the return, that is when it asks. */
export function requestsOf(actions: readonly ActionPlan[]): readonly RequestPlan[] {
  return actions.filter((action) => action.kind === 'GetUrl' || action.kind === 'DnsLookup');
}

/** Sigkill wins over another signal: the process does not live to see it. */
export function signalOf(actions: readonly ActionPlan[]): number {
  if (actions.some((action) => action.kind === 'Sigkill')) return SIGKILL;
  const signal = actions.find((action) => action.kind === 'Signal');
  return signal?.kind === 'Signal' ? signal.signal : 0;
}

export function killsTree(actions: readonly ActionPlan[]): boolean {
  return actions.some((action) => action.kind === 'Sigkill' && action.isTree === true);
}
