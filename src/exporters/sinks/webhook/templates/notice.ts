/** What people and pagers are told of a message, before it is in the form of one receiver. */
import type { OutboundMessage } from '../../../../model/delivery.ts';
import type { FindingLevel } from '../../../../model/finding.ts';
import { type JsonMap, listOf, mapOf, numberOf, parseMap, textOf } from '../../../json-members.ts';

/** Texts are as others chose them: neither bounded nor escaped. */
export interface Notice {
  readonly title: string;
  /** What happened, in a sentence; may be empty. */
  readonly text: string;
  readonly state: 'firing' | 'resolved';
  readonly severity: FindingLevel;
  /** The same for all messages about one thing. */
  readonly fingerprint: string;
  /** What is known of it, the most telling first. */
  readonly facts: readonly (readonly [string, string])[];
  readonly labels: Readonly<Record<string, string>>;
  /** An address of the web; '' when there is none. */
  readonly runbook: string;
  /** Id of the rule, or name of the policy; '' when none matched. */
  readonly cause: string;
  readonly node: string;
  readonly cluster: string;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Never throws, whatever the body is. */
export function noticeOf(message: OutboundMessage): Notice {
  const body = parseMap(message.body);
  const isAlert = message.kind === 'alert' || message.kind === 'alert_update';
  return isAlert && 'fingerprint' in body ? ofAlert(message, body) : ofOther(message, body);
}

function ofAlert(message: OutboundMessage, alert: JsonMap): Notice {
  const cause = mapOf(alert['cause']);
  const id = textOf(cause['id']) || message.rule;
  const labels = labelsOf(alert['labels']);
  const cluster = textOf(alert['cluster']);
  const count = numberOf(alert['count']) ?? 1;
  return {
    title: textOf(cause['title']) || id || 'Alert',
    text: textOf(alert['message']),
    state: alert['state'] === 'resolved' ? 'resolved' : 'firing',
    severity: message.severity,
    fingerprint: textOf(alert['fingerprint']) || message.id,
    facts: [
      ...Object.entries(labels),
      ...factsOf({
        node: message.node,
        cluster,
        [textOf(cause['kind']) || 'rule']: id,
        count: count > 1 ? String(count) : '',
        attack: listOf(cause['attack']).map(textOf).join(', '),
        id: textOf(alert['id']),
      }),
    ],
    labels,
    runbook: webAddress(textOf(cause['runbook'])),
    cause: id,
    node: message.node,
    cluster,
    firstMs: numberOf(alert['firstSeenMs']) ?? message.timeMs,
    lastMs: numberOf(alert['lastSeenMs']) ?? message.timeMs,
  };
}

function labelsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(mapOf(value)).map(([name, text]) => [name, textOf(text)] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

function ofOther(message: OutboundMessage, body: JsonMap): Notice {
  const type = Object.keys(body).find((key) => key.startsWith('process_') || key === 'finding');
  const event = mapOf(body[type ?? '']);
  const process = mapOf(event['process']);
  const command = [textOf(process['binary']), textOf(process['arguments'])].join(' ').trim();
  const name = type ?? (textOf(body['type']) || message.kind);
  const rule = message.rule || textOf(event['policy_name']);
  const labels = Object.fromEntries(
    factsOf({ namespace: message.namespace, pod: textOf(mapOf(process['pod'])['name']) }),
  );
  return {
    title: rule === '' ? `${message.kind} ${name}` : `${rule}: ${name}`,
    text: textOf(event['message']) || command,
    state: 'firing',
    severity: message.severity,
    fingerprint: message.id,
    facts: factsOf({
      ...labels,
      command,
      function: textOf(event['function_name']),
      action: textOf(event['action']),
      node: message.node,
      id: message.id,
    }),
    labels,
    runbook: '',
    cause: rule,
    node: message.node,
    cluster: textOf(body['cluster_name']),
    firstMs: message.timeMs,
    lastMs: message.timeMs,
  };
}

function factsOf(facts: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(facts).filter(([, text]) => text !== '');
}

/** Links of other schemes run programs in some readers. */
function webAddress(text: string): string {
  if (text.length > 2048 || !URL.canParse(text)) return '';
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : '';
}
