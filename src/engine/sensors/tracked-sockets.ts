/** What selectors do to sockets, for the kernel side. */
import type { ActionPlan } from '../../model/plan.ts';
import { RETURN_TRACKING } from '../records/index.ts';
import type { JoinedSelector } from './join-plans.ts';

/** Indexes of parameters; undefined: none. */
export interface TrackedSockets {
  readonly tracked: number | undefined;
  readonly untracked: number | undefined;
}

export function trackedBy(actions: readonly ActionPlan[]): TrackedSockets {
  const socketOf = (wanted: ActionPlan['kind']): number | undefined => {
    const found = actions.find(({ kind }) => kind === wanted);
    return found !== undefined && 'socket' in found ? found.socket : undefined;
  };
  return { tracked: socketOf('TrackSock'), untracked: socketOf('UntrackSock') };
}

/** Whether the selector does anything to a socket. */
export function tracksSockets({ sockets, onReturn }: JoinedSelector): boolean {
  const { tracked, untracked } = sockets;
  return (tracked ?? untracked) !== undefined || onReturn?.tracking !== undefined;
}

/** Members of a selector's row. */
export function encodeTracking({ sockets, onReturn }: JoinedSelector): {
  readonly tracked: number;
  readonly untracked: number;
  readonly returnTracking: number;
} {
  const { tracked = -1, untracked = -1 } = sockets;
  return {
    tracked: tracked + 1,
    untracked: untracked + 1,
    returnTracking: numberOf(onReturn?.tracking),
  };
}

function numberOf(tracking: 'TrackSock' | 'UntrackSock' | undefined): number {
  if (tracking === undefined) return RETURN_TRACKING.NONE;
  return tracking === 'TrackSock' ? RETURN_TRACKING.TRACK : RETURN_TRACKING.UNTRACK;
}
