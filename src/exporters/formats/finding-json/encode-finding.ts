/** Findings as JSON: one object each, with what somebody on call asks first. */
import type { BootClock } from '../../../model/clock.ts';
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Finding } from '../../../model/finding.ts';
import { encodePod } from '../tetragon-json/encode-pod.ts';
import { encodeProcess } from '../tetragon-json/encode-process.ts';
import type { ResponseContext } from './encode-response.ts';

/** What all findings of one agent have in common. */
export type FindingContext = ResponseContext;

/** Ancestors shown, the parent first: further ones are daemons that start everything. */
const ANCESTORS_MAX = 16;

/** The object; keys of undefined value are not part of the JSON. */
export function toJsonFinding(finding: Finding, context: FindingContext): object {
  const { id, rule, message, timeNs, matched, fields, evidence, count, group } = finding;
  const { clock, nodeName, clusterName } = context;
  const last = evidence.at(-1);
  return {
    finding: {
      id,
      rule: {
        ...{ id: rule.id, title: rule.title, version: rule.version, language: rule.language },
        ...{ status: rule.status || undefined, tags: rule.tags },
        attack: rule.attack.map((technique) => technique.id),
        runbook: rule.runbook || undefined,
      },
      level: rule.level,
      message,
      matched,
      fields,
      group,
      count,
      process: last && encodeActor(last, clock),
      ancestors: last?.ancestors
        .slice(0, ANCESTORS_MAX)
        .map((ancestor) => encodeProcess(ancestor, { clock, credentials: false })),
      pod: last && encodePod(last.workload, false),
      evidence: evidence.map((event) => encodeEvidence(event, clock)),
    },
    node_name: nodeName,
    cluster_name: clusterName || undefined,
    time: clock.toIso(timeNs),
  };
}

function encodeActor(event: DetectionEvent, clock: BootClock): object {
  const { process, workload, tid } = event;
  return { ...encodeProcess(process, { clock, credentials: true }, workload), tid };
}

function encodeEvidence(event: DetectionEvent, clock: BootClock): object {
  return {
    class: event.class,
    sequence: event.sequence,
    time: clock.toIso(event.timeNs),
    exec_id: event.process.execId,
    syscall: event.syscall,
    facts: event.facts,
  };
}
