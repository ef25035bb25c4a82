/** What raises alerts: a finding, or an event of a policy, with what tells it from others. */
import type { AlertCause, AlertLabel } from '../../model/alert.ts';
import type { BootClock } from '../../model/clock.ts';
import type { HookEvent, Process } from '../../model/event.ts';
import type { Finding, FindingLevel } from '../../model/finding.ts';
import type { Workload } from '../../model/workload.ts';

/** Immutable. */
export interface Occurrence {
  /** `node/life/sequence/cause`: the same however often it is read. */
  readonly id: string;
  readonly cause: AlertCause;
  readonly severity: FindingLevel;
  readonly message: string;
  /** All there are; which of them count is a matter of the configuration. */
  readonly labels: Readonly<Partial<Record<AlertLabel, string>>>;
  readonly timeMs: number;
  /** Its JSON. */
  readonly line: string;
}

export interface OccurrenceContext {
  readonly node: string;
  /** Tells this series of sequence numbers from others of the node. */
  readonly life: string;
  readonly clock: BootClock;
  userName(uid: number): string | undefined;
}

/** `line` is the JSON of the finding. */
export function occurrenceOfFinding(
  finding: Finding,
  line: string,
  context: OccurrenceContext,
): Occurrence {
  const { rule, message, timeNs, evidence } = finding;
  const last = evidence.at(-1);
  const { id, title, version, tags, runbook } = rule;
  const attack = rule.attack.map((technique) => technique.id);
  return {
    id: `${context.node}/${context.life}/${last?.sequence ?? 0}/${id}`,
    cause: { kind: 'rule', id, title, version, tags, attack, runbook },
    severity: rule.level,
    message,
    labels: labelsOf(last?.process, last?.workload, context),
    timeMs: context.clock.toMs(timeNs),
    line,
  };
}

/** `line` is the JSON of the event. */
export function occurrenceOfEvent(
  event: HookEvent,
  { line, severity }: { readonly line: string; readonly severity: FindingLevel },
  context: OccurrenceContext,
): Occurrence {
  const { policyName: id, functionName, message, tags, outcome, process } = event;
  const title = message === '' ? `${id}: ${functionName}` : message;
  return {
    id: `${context.node}/${context.life}/${event.sequence}/${id}`,
    cause: { kind: 'policy', id, title, version: '', tags, attack: [], runbook: '' },
    severity,
    message: `${title} (${process.binary}${wordOf(outcome)})`,
    labels: labelsOf(process, event.workload, context),
    timeMs: context.clock.toMs(event.timeNs),
    line,
  };
}

/** What was done in the kernel, by what came of it. */
function wordOf(outcome: HookEvent['outcome']): string {
  if (outcome.overridden) return ', denied';
  if (outcome.signalled) return ', killed';
  return outcome.withheld ? ', monitored' : '';
}

function labelsOf(
  process: Process | undefined,
  workload: Workload | undefined,
  { node, userName }: OccurrenceContext,
): Occurrence['labels'] {
  const uid = process?.credentials.uid;
  return {
    node,
    ...labelsOfWorkload(workload),
    ...(process === undefined ? {} : { binary: process.binary }),
    ...(uid === undefined ? {} : { user: userName(uid) ?? String(uid) }),
  };
}

function labelsOfWorkload(workload: Workload | undefined): Occurrence['labels'] {
  if (workload?.kind === 'service') return { service: workload.name };
  if (workload?.kind !== 'container') return {};
  const { pod, container, containerId } = workload;
  const { owner } = pod ?? {};
  return {
    ...(pod === undefined ? {} : { namespace: pod.namespace, pod: pod.name }),
    ...(pod === undefined ? {} : { workload: owner ? `${owner.kind}/${owner.name}` : pod.name }),
    container: container?.name ?? containerId,
    ...(container === undefined ? {} : { image: container.imageId || container.image }),
  };
}
