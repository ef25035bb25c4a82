/** Events for PagerDuty (Events API v2): alerts open an incident, and resolve it. */
import type { FindingLevel } from '../../../../model/finding.ts';
import { neutralText } from '../../../../model/neutral-text.ts';
import type { WebhookTemplate } from '../template.ts';
import { type Notice, noticeOf } from './notice.ts';

export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';

const SUMMARY_MAX = 1024;
const DEDUP_MAX = 255;
/** Of one detail; the API takes 512 KB of an event, and this stays far below it. */
const TEXT_MAX = 1024;
const SHORT_MAX = 255;
const DETAILS_MAX = 30;

const SEVERITIES: Readonly<Record<FindingLevel, string>> = {
  informational: 'info',
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'critical',
};

/** `routingKey` says whose incident it is; it is part of the body, as the API wants it. */
export function pagerdutyTemplate(routingKey: string): WebhookTemplate {
  return {
    // An event that is not one. Too many are 429, and are taken later.
    rejecting: [400],
    render: (message) => ({
      body: JSON.stringify(eventOf(noticeOf(message), routingKey)),
      contentType: 'application/json',
    }),
  };
}

function eventOf(notice: Notice, routingKey: string): object {
  const isResolved = notice.state === 'resolved';
  const head = {
    routing_key: routingKey,
    event_action: isResolved ? 'resolve' : 'trigger',
    dedup_key: neutralText(notice.fingerprint, DEDUP_MAX),
  };
  if (isResolved) return head;
  const links = notice.runbook === '' ? [] : [{ href: notice.runbook, text: 'Runbook' }];
  return { ...head, client: 'Warder', payload: payloadOf(notice), links };
}

function payloadOf(notice: Notice): object {
  const { title, text, severity, node, cause, labels, facts, firstMs } = notice;
  const details = facts.slice(0, DETAILS_MAX);
  return {
    summary: neutralText(text === '' ? title : `${title}: ${text}`, SUMMARY_MAX),
    source: neutralText(node, SHORT_MAX) || 'warder',
    severity: SEVERITIES[severity],
    timestamp: new Date(firstMs).toISOString(),
    ...(cause === '' ? {} : { class: neutralText(cause, SHORT_MAX) }),
    ...groupOf(labels),
    custom_details: Object.fromEntries(
      details.map(([name, value]) => [neutralText(name, SHORT_MAX), neutralText(value, TEXT_MAX)]),
    ),
  };
}

function groupOf(labels: Readonly<Record<string, string>>): object {
  const group = labels['namespace'] ?? '';
  return group === '' ? {} : { group: neutralText(group, SHORT_MAX) };
}
