/** What policies do, and what became of a hook that waits for its return. */
import type { EventArgument } from './event.ts';

/** Last action of the selector that matched, as it is named in policies. */
export type ActionName =
  | 'Post'
  | 'NoPost'
  | 'Sigkill'
  | 'Signal'
  | 'Override'
  | 'GetUrl'
  | 'DnsLookup'
  | 'NotifyEnforcer'
  | 'CleanupEnforcerNotification'
  | 'TrackSock'
  | 'UntrackSock'
  | 'Set';

/** Why an event of a hook that waits for its return came without it. */
export type ReturnMissing =
  /** It was enforced at the entry, and reported at once. */
  | 'enforced'
  /** The thread called the function again before it returned. */
  | 'superseded'
  /** The thread ended in the call. */
  | 'ended'
  /** The kernel could not keep the report until the return. */
  | 'unheld'
  /** The program that knew what to look for at the return was gone. */
  | 'unevaluated';

/** What the function returned, or why that is not known. */
export type HookReturn =
  | { readonly kind: 'returned'; readonly value: EventArgument; readonly action: ActionName }
  | { readonly kind: 'missing'; readonly reason: ReturnMissing };

/** What was done to the process in the kernel at the hook. */
export interface HookOutcome {
  readonly signalled: boolean;
  readonly signalFailed: boolean;
  readonly overridden: boolean;
  /** Negative errno that the hook returned; 0 when not overridden. */
  readonly overrideError: number;
  /** A policy in monitor mode would have enforced. */
  readonly withheld: boolean;
  /** A variable of the program was overwritten. */
  readonly set: boolean;
  /** One could not be. */
  readonly setFailed: boolean;
}
