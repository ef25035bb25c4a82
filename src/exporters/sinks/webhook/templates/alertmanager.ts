/** Alerts for Alertmanager (API v2), which forgets what nobody repeats unless told until when. */
import { neutralText } from '../../../../model/neutral-text.ts';
import type { WebhookTemplate } from '../template.ts';
import { type Notice, noticeOf } from './notice.ts';

/** What a URL without a path means. */
export const ALERTMANAGER_PATH = '/api/v2/alerts';

const LABEL_MAX = 512;
const TEXT_MAX = 4096;
const LABELS_MAX = 30;

/** `expireAfterMs` is how long an alert goes on firing after its last message. */
export function alertmanagerTemplate(expireAfterMs: number): WebhookTemplate {
  return {
    rejecting: [400, 422],
    render: (message, nowMs) => ({
      body: JSON.stringify([alertOf(noticeOf(message), nowMs, expireAfterMs)]),
      contentType: 'application/json',
    }),
  };
}

function alertOf(notice: Notice, nowMs: number, expireAfterMs: number): object {
  const isResolved = notice.state === 'resolved';
  // What arrives late goes on from now, or it would have ended before anybody saw it.
  const endMs = isResolved ? Math.min(notice.lastMs, nowMs) : nowMs + expireAfterMs;
  const startMs = Math.min(notice.firstMs, endMs);
  return {
    labels: labelsOf(notice),
    annotations: annotationsOf(notice),
    startsAt: new Date(startMs).toISOString(),
    endsAt: new Date(endMs).toISOString(),
    ...(notice.runbook === '' ? {} : { generatorURL: notice.runbook }),
  };
}

/** They identify the alert, so none of them may change while it fires. */
function labelsOf(notice: Notice): Readonly<Record<string, string>> {
  const own = {
    alertname: notice.cause || notice.title,
    severity: notice.severity,
    node: notice.node,
    cluster: notice.cluster,
    fingerprint: notice.fingerprint,
  };
  const given = Object.entries(notice.labels).slice(0, LABELS_MAX);
  const all = [...given.map(([name, value]) => [labelName(name), value] as const)];
  const labels = Object.fromEntries([...all, ...Object.entries(own)]);
  const bounded = Object.entries(labels).map(
    ([name, value]) => [name, neutralText(value, LABEL_MAX)] as const,
  );
  // An empty label is one that is not there.
  return Object.fromEntries(bounded.filter(([, value]) => value !== ''));
}

/** Names that every version takes. */
function labelName(name: string): string {
  const safe = name.slice(0, 64).replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(safe) && !safe.startsWith('__') ? safe : `x${safe}`;
}

function annotationsOf({ title, text, runbook }: Notice): Readonly<Record<string, string>> {
  return {
    summary: neutralText(title, LABEL_MAX),
    ...(text === '' ? {} : { description: neutralText(text, TEXT_MAX) }),
    ...(runbook === '' ? {} : { runbook_url: runbook }),
  };
}
