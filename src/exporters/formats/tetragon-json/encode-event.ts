/** Events as Tetragon's JSON: one line each, same keys, same spelling. */
import { assertNever } from '../../../model/errors.ts';
import type { ActionName, Event, HookEvent, Process } from '../../../model/event.ts';
import { encodeHook, returnActionOf } from './encode-hook.ts';
import { encodeBinaryProperties, encodeProcess, type ProcessOptions } from './encode-process.ts';
import type { StackOptions } from './encode-stack.ts';
import type {
  JsonBody,
  JsonEnforcement,
  JsonEnrichment,
  JsonEvent,
  JsonExtension,
  JsonProcess,
} from './json-event.ts';
import { errnoName, signalName } from './kernel-names.ts';

/** What every event of one agent has in common, and which optional blocks to print. */
export interface EncodeContext extends ProcessOptions, StackOptions {
  readonly nodeName: string;
  readonly clusterName?: string | undefined;
  readonly nodeLabels?: Readonly<Record<string, string>> | undefined;
  /** Adds `ancestors`; gives the lineage of a process, its parent first. */
  readonly ancestorsOf?: ((process: Process) => readonly Process[]) | undefined;
  /** Adds the key `warder`: sequence, interpreter, and what enforcement achieved. */
  readonly extensions: boolean;
}

/** The whole event as an object; keys of undefined value are not part of the JSON. */
export function toJsonEvent(event: Event, context: EncodeContext): JsonEvent {
  const { process, parent, workload, parentWorkload } = event;
  const body: JsonBody = {
    process: { ...encodeProcess(process, context, workload), ...encodeActor(event) },
    parent: parent && { ...encodeProcess(parent, context, parentWorkload), tid: parent.tgid },
    ...encodeDetails(event, context),
  };
  return { [event.kind]: body, ...encodeEnvelope(event, context) };
}

/** What surrounds the body. */
export function encodeEnvelope(event: Event, context: EncodeContext): JsonEvent {
  return {
    node_name: context.nodeName,
    time: context.clock.toIso(event.timeNs),
    cluster_name: context.clusterName || undefined,
    node_labels: context.nodeLabels,
    warder: context.extensions ? encodeExtension(event) : undefined,
  };
}

/** What the event adds to its process: the thread, and for an exec what was odd about the file. */
export function encodeActor(event: Event): JsonProcess {
  if (event.kind !== 'process_exec') return { tid: event.tid };
  return { tid: event.tid, binary_properties: encodeBinaryProperties(event.process) };
}

/** The body without `process` and `parent`. */
export function encodeDetails(event: Event, context: EncodeContext): JsonBody {
  const ancestors = encodeAncestors(event.process, context);
  switch (event.kind) {
    case 'process_exec':
    case 'enrichment':
    // Only detections are told of these.
    case 'process_dns':
      return { ancestors };
    case 'process_exit':
      return {
        signal: signalName(event.signal) || undefined,
        status: event.status || undefined,
        time: context.clock.toIso(event.timeNs),
        ancestors,
      };
    case 'process_loader':
      return {
        path: event.path || undefined,
        buildid: Buffer.from(event.buildId).toString('base64') || undefined,
        ancestors,
      };
    case 'process_kprobe':
    case 'process_lsm':
    case 'process_tracepoint':
    case 'process_uprobe':
    case 'process_usdt':
      return { ...encodeHook(event, context), ancestors };
    default:
      return assertNever(event);
  }
}

function encodeAncestors(
  process: Process,
  context: EncodeContext,
): readonly JsonProcess[] | undefined {
  // The parent has its own key; ancestors begin with the parent's parent.
  const ancestors = context.ancestorsOf?.(process).slice(1) ?? [];
  if (ancestors.length === 0) return undefined;
  return ancestors.map((one) => ({ ...encodeProcess(one, context), tid: one.tgid }));
}

/** The key `warder`. */
export function encodeExtension(event: Event): JsonExtension {
  return {
    sequence: String(event.sequence),
    interpreter: event.process.interpreter || undefined,
    enforcement: isHookEvent(event) ? enforcementOf(event) : undefined,
    return_missing: isHookEvent(event) ? returnMissingOf(event) : undefined,
    enrichment: enrichmentOf(event),
  };
}

function enrichmentOf({ workload }: Event): JsonEnrichment | undefined {
  if (workload === undefined || !('unknown' in workload)) return undefined;
  const reason = workload.unknown;
  if (reason === undefined) return undefined;
  const isPending = reason === 'pod_pending' || reason === 'container_pending';
  return { state: isPending ? 'pending' : 'unknown', reason };
}

function returnMissingOf({ returned }: HookEvent): string | undefined {
  return returned?.kind === 'missing' ? returned.reason : undefined;
}

/** Events of the hooks that policies are on. */
export function isHookEvent(event: Event): event is HookEvent {
  return 'policyName' in event;
}

/** Undefined when nothing was to be enforced. A denial outranks a kill: it prevented the deed. */
function enforcementOf(event: HookEvent): JsonEnforcement | undefined {
  const { signalled, signalFailed, overridden, overrideError, withheld } = event.outcome;
  const { set, setFailed } = event.outcome;
  const signal = signalled ? 'SIGKILL' : undefined;
  const signal_failed = signalFailed || undefined;
  const set_failed = setFailed || undefined;
  if (overridden) {
    const error = overrideError < 0 ? errnoName(-overrideError) : undefined;
    return { outcome: 'denied', error, signal, signal_failed };
  }
  if (signalled) return { outcome: 'killed', signal, set_failed };
  if (set) return { outcome: 'set', signal_failed, set_failed };
  if (signalFailed || setFailed) return { outcome: 'not_enforced', signal_failed, set_failed };
  const actions = [event.action, returnActionOf(event)];
  const isOneOf = (names: readonly ActionName[]): boolean =>
    names.some((name) => actions.includes(name));
  if (withheld && isOneOf(['Sigkill', 'Override', 'Signal', 'Set']))
    return { outcome: 'monitored' };
  return isOneOf(['Sigkill', 'Override']) ? { outcome: 'not_enforced' } : undefined;
}
