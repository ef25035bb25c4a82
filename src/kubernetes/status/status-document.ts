/** Reads the status of a policy as it comes from an API server. Whatever is odd is left out. */
import type { NodeEntry } from './status-entry.ts';

/** A condition, as every Kubernetes object has them. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}

/** The entries of all nodes in a few words. */
export interface StatusSummary {
  /** In force on how many, of how many: `2/3`. */
  readonly nodes: string;
  readonly mode: string;
  readonly generation: number;
  /** When that generation was heard of first. */
  readonly since: string;
}

/** What is needed of a policy object to write its status. */
export interface StatusDocument {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly entries: ReadonlyMap<string, NodeEntry>;
  readonly conditions: readonly Condition[];
  readonly summary: StatusSummary;
}

/** Undefined when it is no object of an API server. */
export function readStatusDocument(value: unknown): StatusDocument | undefined {
  const { metadata, status } = membersOf(value);
  const { uid, resourceVersion, generation } = membersOf(metadata);
  if (typeof uid !== 'string' || typeof resourceVersion !== 'string') return undefined;
  const { nodes, conditions, summary } = membersOf(status);
  return {
    uid,
    resourceVersion,
    generation: toNumber(generation),
    entries: new Map(
      Object.entries(membersOf(nodes)).map(([name, entry]) => [name, readEntry(entry)]),
    ),
    conditions: Array.isArray(conditions) ? conditions.map(readCondition) : [],
    summary: readSummary(membersOf(summary)),
  };
}

function readSummary(summary: Readonly<Record<string, unknown>>): StatusSummary {
  return {
    nodes: toText(summary['nodes']),
    mode: toText(summary['mode']),
    generation: toNumber(summary['generation']),
    since: toText(summary['since']),
  };
}

/** In the order in which entries are made, so that they can be compared as text. */
function readEntry(value: unknown): NodeEntry {
  const entry = membersOf(value);
  const { mode, attachedHooks, matchedPods, error } = entry;
  const { code, message, place } = membersOf(error);
  return {
    state: toText(entry['state']),
    mode: typeof mode === 'string' ? mode : null,
    observedGeneration: toNumber(entry['observedGeneration']),
    lastTransitionTime: toText(entry['lastTransitionTime']),
    attached: toNumber(entry['attached']),
    hooks: toNumber(entry['hooks']),
    attachedHooks: Array.isArray(attachedHooks) ? attachedHooks.map(toText) : null,
    matchedPods: typeof matchedPods === 'number' ? matchedPods : null,
    error:
      typeof error === 'object' && error !== null
        ? { code: toText(code), message: toText(message), place: toText(place) }
        : null,
  };
}

function readCondition(value: unknown): Condition {
  const condition = membersOf(value);
  return {
    type: toText(condition['type']),
    status: toText(condition['status']),
    reason: toText(condition['reason']),
    message: toText(condition['message']),
    observedGeneration: toNumber(condition['observedGeneration']),
    lastTransitionTime: toText(condition['lastTransitionTime']),
  };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
