/** Owners of sockets: which hooks of a policy that tracks sockets name them in their events. */

import type { HookPlan } from '../../../model/plan.ts';

/** The hooks, with the socket whose owner their events name. */
export function withOwners(hooks: readonly HookPlan[]): readonly HookPlan[] {
  if (!hooks.some(tracks)) return hooks;
  return hooks.map((plan) => {
    const ownedSocket = plan.hook.kind === 'function' ? socketOf(plan) : undefined;
    return ownedSocket === undefined ? plan : { ...plan, ownedSocket };
  });
}

function tracks({ returnTracking, selectors }: HookPlan): boolean {
  const actions = selectors.flatMap((selector) => selector.actions);
  return returnTracking === 'TrackSock' || actions.some(({ kind }) => kind === 'TrackSock');
}

/** The first that the function is called with. */
function socketOf({ arguments: args }: HookPlan): number | undefined {
  return args.find(
    ({ type, resolve, returnCopy }) =>
      type === 'sock' && resolve === undefined && returnCopy === undefined,
  )?.index;
}
