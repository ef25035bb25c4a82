/** An event in Tetragon JSON as filters look at it; whatever is missing is empty. */
import { type JsonMap, listOf, mapOf } from '../../json-members.ts';

export interface EventView {
  /** Key of the event: `process_exec`; '' when the body has none. */
  readonly key: string;
  /** What that key holds. */
  readonly event: JsonMap;
  readonly process: JsonMap;
  readonly pod: JsonMap;
  readonly parent: JsonMap;
  /** From the parent of the parent on. */
  readonly ancestors: readonly JsonMap[];
}

/** Types of events by their keys, as filters name them. */
const TYPES: ReadonlyMap<string, string> = new Map(
  [
    ...['process_exec', 'process_exit', 'process_kprobe', 'process_tracepoint', 'process_loader'],
    ...['process_uprobe', 'process_usdt', 'process_lsm', 'process_throttle', 'rate_limit_info'],
    ...['enrichment', 'finding', 'response', 'test'],
  ].map((key) => [key, key.toUpperCase()]),
);

export const EVENT_TYPES: readonly string[] = [...TYPES.values()];

export function viewEvent(body: unknown): EventView {
  const envelope = mapOf(body);
  const key = Object.keys(envelope).find((name) => TYPES.has(name)) ?? '';
  const event = mapOf(envelope[key]);
  const process = mapOf(event['process']);
  return {
    ...{ key, event, process },
    // Findings have the pod beside the process.
    pod: mapOf(process['pod'] ?? event['pod']),
    parent: mapOf(event['parent']),
    ancestors: listOf(event['ancestors']).map(mapOf),
  };
}

/** `PROCESS_EXEC`; '' when the body has no event. */
export function typeOf({ key }: EventView): string {
  return TYPES.get(key) ?? '';
}
