/** Events and other lines of the agent as messages to deliver. */
import type { OutboundMessage } from '../../model/delivery.ts';
import type { Event, HookEvent } from '../../model/event.ts';
import type { Finding, FindingLevel } from '../../model/finding.ts';
import type { Workload } from '../../model/workload.ts';

/** What all messages of one agent have in common. */
export interface MessageOrigin {
  readonly node: string;
  /** Tells this series of sequence numbers from others of the node. */
  readonly life: string;
  toMs(timeNs: bigint): number;
}

export type EventLane = 'telemetry' | 'matched';

/** Whether a policy had to do with it. */
export function isHookEvent(event: Event): event is HookEvent {
  return 'policyName' in event;
}

export function laneOf(event: Event): EventLane {
  return isHookEvent(event) ? 'matched' : 'telemetry';
}

/** `line` is the JSON of the event. */
export function messageOfEvent(event: Event, line: string, origin: MessageOrigin): OutboundMessage {
  const { node, life } = origin;
  const rule = isHookEvent(event) ? event.policyName : '';
  // One record is an event for each policy, and may be amended later.
  const part = event.kind === 'enrichment' ? 'enrichment' : rule;
  return {
    id: `${node}/${life}/${event.sequence}${part === '' ? '' : `/${part}`}`,
    kind: 'event',
    severity: severityOf(event),
    node,
    namespace: namespaceOf(event.workload),
    timeMs: origin.toMs(event.timeNs),
    rule,
    body: line,
  };
}

/** Of what policies report; who wants another one makes it an alert. */
function severityOf(event: Event): FindingLevel {
  if (!isHookEvent(event)) return 'informational';
  const { overridden, signalled } = event.outcome;
  return overridden || signalled ? 'medium' : 'low';
}

export function messageOfFinding(
  finding: Finding,
  line: string,
  origin: MessageOrigin,
): OutboundMessage {
  const { rule, evidence, timeNs } = finding;
  const last = evidence.at(-1);
  return {
    id: `${origin.node}/${origin.life}/${last?.sequence ?? 0}/${rule.id}/finding`,
    kind: 'event',
    severity: rule.level,
    node: origin.node,
    namespace: namespaceOf(last?.workload),
    timeMs: origin.toMs(timeNs),
    rule: rule.id,
    body: line,
  };
}

function namespaceOf(workload: Workload | undefined): string {
  return workload?.kind === 'container' ? (workload.pod?.namespace ?? '') : '';
}
