/** Reads findings, answers to them, and alerts. */
import type { Deed } from './deeds.ts';
import { type Json, objectOf, objectsOf, pairsOf, textOf } from './json.ts';
import { type ReadEvent, readDetectionEvent, readEvent } from './read-event.ts';
import { readProcesses } from './read-process.ts';
import type { Found } from './values.ts';

/** With what it rests on, oldest first. */
export interface ReadJudgement extends ReadEvent {
  readonly evidence: readonly ReadEvent[];
}

/** Undefined for what is no finding. */
export function readFinding(json: Json): ReadJudgement | undefined {
  const finding = objectOf(json['finding']);
  if (finding === undefined) return undefined;
  const processes = readProcesses(finding);
  const events = objectsOf(finding['evidence']).map(readDetectionEvent);
  const known = events.filter((event) => event !== undefined);
  // The process is that of the last event.
  const evidence = known.map((event, index) => ({
    deed: event.deed,
    found: index === known.length - 1 ? { ...event.found, ...present(processes) } : event.found,
  }));
  const last = evidence.at(-1);
  const found: Found = {
    ...last?.found,
    ...present(processes),
    ...readRule(finding),
    summary: finding['message'],
    time: json['time'],
    cluster: json['cluster_name'],
    'finding.id': finding['id'],
    'finding.count': finding['count'],
    'finding.first_seen': evidence[0]?.found.time,
    'finding.last_seen': last?.found.time,
    'finding.labels': pairsOf(finding['group']),
    'finding.fields': pairsOf(finding['fields']),
    'finding.matched': matchedOf(finding),
    'enforcement.outcome': 'alerted',
  };
  return { deed: 'finding', found, evidence };
}

function present(found: Found): Found {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function readRule(finding: Json): Found {
  const rule = objectOf(finding['rule']);
  return {
    'rule.id': rule?.['id'],
    'rule.title': rule?.['title'],
    'rule.version': rule?.['version'],
    'rule.language': rule?.['language'],
    'rule.tags': rule?.['tags'],
    'rule.runbook': rule?.['runbook'],
    'rule.attack': rule?.['attack'],
  };
}

function matchedOf(finding: Json): readonly string[] {
  return objectsOf(finding['matched'])
    .map(({ field, value }) => [textOf(field), textOf(value)])
    .filter(([field, value]) => field !== undefined && value !== undefined)
    .map(([field, value]) => `${field}: ${value}`);
}

const CAUSES: readonly unknown[] = ['rule', 'policy'];

/** Undefined for what is no alert. */
export function readAlert(json: Json): ReadJudgement | undefined {
  const cause = objectOf(json['cause']);
  if (cause === undefined || !CAUSES.includes(cause['kind']) || !textOf(json['id'])) {
    return undefined;
  }
  const from = readEvidence(objectOf(json['evidence']) ?? {});
  const outcome = from.found['enforcement.outcome'];
  const found: Found = {
    ...from.found,
    summary: json['message'],
    time: isoOf(json['lastSeenMs']),
    cluster: json['cluster'],
    'rule.id': cause['id'],
    'rule.title': cause['title'],
    'rule.version': cause['version'],
    'rule.language': cause['kind'] === 'policy' ? 'policy' : from.found['rule.language'],
    'rule.tags': cause['tags'],
    'rule.runbook': cause['runbook'],
    'rule.attack': cause['attack'],
    'finding.id': json['id'],
    'finding.fingerprint': json['fingerprint'],
    'finding.state': json['state'],
    'finding.count': json['count'],
    'finding.first_seen': isoOf(json['firstSeenMs']),
    'finding.last_seen': isoOf(json['lastSeenMs']),
    'finding.labels': pairsOf(json['labels']),
    'enforcement.outcome': outcome === undefined || outcome === 'logged' ? 'alerted' : outcome,
  };
  return { deed: 'alert', found, evidence: from.evidence };
}

function readEvidence(evidence: Json): Omit<ReadJudgement, 'deed'> {
  const finding = readFinding(evidence);
  if (finding !== undefined) return finding;
  const event = readEvent(evidence);
  return { found: event?.found ?? {}, evidence: event === undefined ? [] : [event] };
}

/** The last ms of the year 9999: later ones are written in another way. */
const TIME_MAX = 253_402_300_799_999;

/** Undefined for what is no time. */
export function isoOf(ms: unknown): string | undefined {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= TIME_MAX)) return undefined;
  return new Date(ms).toISOString();
}

/** Undefined for what is no answer to a finding. */
export function readResponse(json: Json): ReadJudgement | undefined {
  const response = objectOf(json['response']);
  if (response === undefined) return undefined;
  const [first] = objectsOf(response['found']);
  const deed: Deed = 'response';
  const found: Found = {
    time: json['time'],
    cluster: json['cluster_name'],
    'process.pid': first?.['pid'],
    'process.name': first?.['name'],
    'rule.id': response['rule'],
    'response.kind': response['kind'],
    'response.outcome': response['dry_run'] === true ? 'dry_run' : response['outcome'],
    'response.finding': response['finding'],
    'response.reason': response['reason'],
  };
  return { deed, found, evidence: [] };
}
