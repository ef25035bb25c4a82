/** What a hook event says of the hook: which one, with which arguments, for which policy. */
import { assertNever } from '../../../model/errors.ts';
import type { ActionName, HookEvent } from '../../../model/event.ts';
import { encodeArgument } from './encode-argument.ts';
import { encodeStacks, type StackOptions } from './encode-stack.ts';
import type { JsonBody } from './json-event.ts';

const ACTIONS: Readonly<Record<ActionName, string>> = {
  Post: 'KPROBE_ACTION_POST',
  NoPost: 'KPROBE_ACTION_NOPOST',
  Sigkill: 'KPROBE_ACTION_SIGKILL',
  Signal: 'KPROBE_ACTION_SIGNAL',
  Override: 'KPROBE_ACTION_OVERRIDE',
  GetUrl: 'KPROBE_ACTION_GETURL',
  DnsLookup: 'KPROBE_ACTION_DNSLOOKUP',
  NotifyEnforcer: 'KPROBE_ACTION_NOTIFYENFORCER',
  CleanupEnforcerNotification: 'KPROBE_ACTION_CLEANUPENFORCERNOTIFICATION',
  TrackSock: 'KPROBE_ACTION_TRACKSOCK',
  UntrackSock: 'KPROBE_ACTION_UNTRACKSOCK',
  Set: 'KPROBE_ACTION_SET',
};

/** What a hook event adds to the body, but for ancestors. */
export function encodeHook(event: HookEvent, options: StackOptions): JsonBody {
  const returnAction = returnActionOf(event);
  return {
    ...encodePlace(event),
    args: event.args.length === 0 ? undefined : event.args.map(encodeArgument),
    data: event.data?.map(encodeArgument),
    ...encodeReturnValue(event),
    ...encodeStacks(event, options),
    ima_hash: event.fileHash,
    action: ACTIONS[event.action],
    policy_name: event.policyName,
    return_action: returnAction === undefined ? undefined : ACTIONS[returnAction],
    message: event.message || undefined,
    tags: event.tags.length === 0 ? undefined : event.tags,
  };
}

/** What the function returned, if it did. */
export function encodeReturnValue({ returned }: HookEvent): JsonBody {
  return returned?.kind === 'returned' ? { return: encodeArgument(returned.value) } : {};
}

/** Last action at the return; undefined when there was none. */
export function returnActionOf({ returned }: HookEvent): ActionName | undefined {
  return returned?.kind === 'returned' ? returned.action : undefined;
}

/** Which hook it was. */
export function encodePlace({ place, functionName }: HookEvent): JsonBody {
  if (place === undefined) return { function_name: functionName };
  switch (place.kind) {
    case 'tracepoint':
      return { subsys: place.subsystem, event: place.name };
    case 'uprobe':
      return {
        path: place.path,
        symbol: place.symbol || undefined,
        offset: decimal(place.offset),
        ref_ctr_offset: decimal(place.refCounter),
      };
    case 'usdt':
      return { path: place.path, provider: place.provider, name: place.name };
    default:
      return assertNever(place);
  }
}

/** 64-bit numbers are text in JSON; those that are 0 are left out. */
function decimal(value: number): string | undefined {
  return value === 0 ? undefined : String(value);
}
