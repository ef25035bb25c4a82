/** Messages for incoming webhooks of Slack: blocks of plain text, which has no markup to abuse. */
import type { FindingLevel } from '../../../../model/finding.ts';
import { neutralText } from '../../../../model/neutral-text.ts';
import type { WebhookTemplate } from '../template.ts';
import { type Notice, noticeOf } from './notice.ts';

/** Slack's own bounds: of a header, a section and one of its fields, of their number, of `text`. */
const HEADER_MAX = 150;
const SECTION_MAX = 3000;
const FIELD_MAX = 2000;
const FIELDS_MAX = 10;
const TEXT_MAX = 4000;

/** What one line of a fact is worth on a screen. */
const FACT_WIDTH = 300;

const MARKS: Readonly<Record<FindingLevel, string>> = {
  informational: 'INFO',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};

export const SLACK_TEMPLATE: WebhookTemplate = {
  // 400 is a payload that it does not take; what is wrong with the address is 403, 404 or 410.
  rejecting: [400],
  render: (message) => ({
    body: JSON.stringify(payloadOf(noticeOf(message))),
    contentType: 'application/json',
  }),
};

function payloadOf(notice: Notice): object {
  const mark = notice.state === 'resolved' ? 'RESOLVED' : MARKS[notice.severity];
  const head = `[${mark}] ${notice.title}`;
  const summary = notice.text === '' ? head : `${head}: ${notice.text}`;
  const fields = notice.facts.slice(0, FIELDS_MAX);
  const text = notice.text === '' ? [] : [section(notice.text)];
  return {
    // Shown by notifications, and read as markup, unlike the blocks.
    text: escapeMarkup(neutralText(summary, TEXT_MAX), TEXT_MAX),
    blocks: [
      { type: 'header', text: plain(head, HEADER_MAX) },
      ...text,
      ...(fields.length === 0 ? [] : [{ type: 'section', fields: fields.map(fieldOf) }]),
      ...linkOf(notice),
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: plain(text, SECTION_MAX) };
}

function fieldOf([name, value]: readonly [string, string]): object {
  return plain(`${name}: ${neutralText(value, FACT_WIDTH)}`, FIELD_MAX);
}

function plain(text: string, width: number): object {
  return { type: 'plain_text', text: neutralText(text, width), emoji: false };
}

/** An address of a link is checked already, and cannot hold what would end the link. */
function linkOf({ runbook }: Notice): readonly object[] {
  if (runbook === '') return [];
  const url = escapeMarkup(runbook.replaceAll('|', '%7C').replaceAll('>', '%3E'), SECTION_MAX);
  return [{ type: 'context', elements: [{ type: 'mrkdwn', text: `<${url}|Runbook>` }] }];
}

/** The three characters that Slack asks to be escaped; bounded again, as they grow. */
export function escapeMarkup(text: string, width: number): string {
  let result = '';
  for (const character of text) {
    const escaped = ESCAPES.get(character) ?? character;
    if (result.length + escaped.length > width) break;
    result += escaped;
  }
  return result;
}

const ESCAPES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);
