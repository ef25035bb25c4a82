/** What the entries of all nodes come to: the condition `Loaded`, and columns for `kubectl get`. */
import { HEALTHY_ENTRIES_MAX } from './status-bounds.ts';
import type { Condition, StatusDocument, StatusSummary } from './status-document.ts';
import { boundText, isHealthy, type NodeEntry } from './status-entry.ts';

const MESSAGE_MAX = 1024;
const IN_FORCE: readonly string[] = ['enabled', 'partially_enabled'];

/** A node that does not know the policy of a day ago is switched off, or not in the cluster. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** What to write; entries that are null are removed. */
export interface StatusPatch {
  readonly conditions: readonly Condition[];
  readonly summary: StatusSummary;
  readonly nodes?: Readonly<Record<string, null>>;
}

interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Undefined when the status says it all already. `nowMs` is of the wall clock. */
export function summarise(document: StatusDocument, nowMs: number): StatusPatch | undefined {
  const { generation } = document;
  const since = document.summary.generation === generation ? document.summary.since : toTime(nowMs);
  const isOld = nowMs - Date.parse(since) > ABANDONED_AFTER_MS;
  const late = [...document.entries].filter(([, entry]) => !isCurrent(entry, generation));
  const gone = new Set(isOld ? late.map(([name]) => name) : []);
  const entries = [...document.entries].filter(([name]) => !gone.has(name));
  const wanted = entries.filter(([, { state }]) => state !== 'skipped');
  const current = wanted.filter(([, entry]) => isCurrent(entry, generation));
  const inForce = current.filter(([, { state }]) => IN_FORCE.includes(state));
  const summary = {
    nodes: `${inForce.length}/${wanted.length}`,
    mode: commonMode(inForce),
    generation,
    since,
  };
  const verdict = judge({ entries, wanted, current, inForce }, summary.nodes);
  const condition = makeCondition(verdict, document, nowMs);
  const others = document.conditions.filter(({ type }) => type !== condition.type);
  const conditions = [...others, condition];
  const isSaid =
    gone.size === 0 &&
    JSON.stringify([conditions, summary]) ===
      JSON.stringify([document.conditions, document.summary]);
  if (isSaid) return undefined;
  return {
    conditions,
    summary,
    ...(gone.size > 0 && { nodes: Object.fromEntries([...gone].map((name) => [name, null])) }),
  };
}

function isCurrent({ observedGeneration }: NodeEntry, generation: number): boolean {
  return observedGeneration >= generation;
}

type Named = readonly (readonly [string, NodeEntry])[];

interface Counted {
  readonly entries: Named;
  /** Of nodes that are to have it. */
  readonly wanted: Named;
  /** That know the present version. */
  readonly current: Named;
  readonly inForce: Named;
}

function judge({ entries, wanted, current, inForce }: Counted, ratio: string): Verdict {
  if (wanted.length === 0) {
    const message = 'no node is chosen by nodeSelector';
    return entries.length > 0
      ? { status: 'False', reason: 'NodesNotSelected', message }
      : { status: 'Unknown', reason: 'NoReports', message: 'no node has answered' };
  }
  const sick = current.find(([, entry]) => !isHealthy(entry));
  const more = entries.length >= HEALTHY_ENTRIES_MAX ? '; not every node has an entry' : '';
  const counted = `in force on ${ratio} nodes${more}`;
  if (sick !== undefined) {
    const [name, { error }] = sick;
    const where = error?.place ? `${error.place}: ` : '';
    const message = boundText(`${counted}; ${name}: ${where}${error?.message ?? ''}`, MESSAGE_MAX);
    return { status: 'False', reason: 'LoadFailed', message };
  }
  if (current.length < wanted.length) {
    return { status: 'Unknown', reason: 'Progressing', message: counted };
  }
  if (inForce.length < wanted.length) {
    return { status: 'False', reason: 'Disabled', message: counted };
  }
  return { status: 'True', reason: 'Loaded', message: counted };
}

function commonMode(inForce: Named): string {
  const modes = new Set(inForce.map(([, { mode }]) => mode ?? ''));
  return modes.size > 1 ? 'mixed' : ([...modes][0] ?? '');
}

function makeCondition(verdict: Verdict, document: StatusDocument, nowMs: number): Condition {
  const before = document.conditions.find(({ type }) => type === 'Loaded');
  const isSame = before?.status === verdict.status;
  return {
    type: 'Loaded',
    ...verdict,
    observedGeneration: document.generation,
    lastTransitionTime: isSame ? before.lastTransitionTime : toTime(nowMs),
  };
}

/** To seconds, as `metav1.Time` has it. */
export function toTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
