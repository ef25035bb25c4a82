/** Reads any message, whatever its body is: what formats write is made of this. */
import type { OutboundMessage } from '../../../model/delivery.ts';
import { DEEDS, type Deed } from './deeds.ts';
import { type Json, objectOf, textOf } from './json.ts';
import { type ReadEvent, readEvent } from './read-event.ts';
import { isoOf, type ReadJudgement, readAlert, readFinding, readResponse } from './read-finding.ts';
import { checkValues, type Found, type Values } from './values.ts';

/** Immutable. */
export interface Reading {
  readonly deed: Deed;
  /** What was done, of findings and alerts; else the deed itself. */
  readonly cause: Deed;
  readonly values: Values;
  /** Of findings and alerts: the events that they rest on, oldest first. */
  readonly evidence: readonly Reading[];
}

/** Never throws: of a body that says nothing, the message is all that is read. */
export function readMessage(message: OutboundMessage): Reading {
  const json = parseBody(message.body);
  const read = (json && readShape(message, json)) ?? plainMessage(message);
  const cause = read.evidence.at(-1)?.deed ?? read.deed;
  const checked = checkValues({ ...read.found, ...readEnvelope(message, read) });
  // `time` is in what was found, where it may have been no time.
  const time = checked.time ?? isoOf(message.timeMs) ?? isoOf(0) ?? '';
  return {
    deed: read.deed,
    cause,
    values: { ...checked, time, summary: checked.summary ?? summaryOf(read.deed, checked) },
    evidence: read.evidence.map(({ deed, found }) => {
      const values = checkValues({ ...found, deed });
      return { deed, cause: deed, values, evidence: [] };
    }),
  };
}

/** Undefined for what is no object in JSON. */
export function parseBody(body: string): Json | undefined {
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function readShape({ kind }: OutboundMessage, json: Json): ReadJudgement | undefined {
  if (kind === 'alert' || kind === 'alert_update') return readAlert(json);
  if (kind !== 'event') return undefined;
  return readFinding(json) ?? readResponse(json) ?? withoutEvidence(readEvent(json));
}

function withoutEvidence(event: ReadEvent | undefined): ReadJudgement | undefined {
  return event && { ...event, evidence: [] };
}

function plainMessage({ kind }: OutboundMessage): ReadJudgement {
  const deed = kind === 'health' || kind === 'policy_status' ? kind : 'generic';
  return { deed, found: {}, evidence: [] };
}

function readEnvelope(message: OutboundMessage, { deed }: ReadJudgement): Found {
  return {
    'message.id': message.id,
    'message.kind': message.kind,
    'message.severity': message.severity,
    'message.namespace': message.namespace,
    'message.rule': message.rule,
    'message.body': message.body,
    deed,
    node: message.node,
  };
}

function summaryOf(deed: Deed, values: Values): string {
  const object = values['file.path'] ?? values['destination.ip'] ?? values['dns.query'];
  const place = deed === 'process.exec' ? undefined : object;
  const parts = [DEEDS[deed], values['process.binary'], place ?? values['hook.function']];
  return parts
    .map((part) => textOf(part))
    .filter((part) => part !== undefined)
    .join(': ');
}
