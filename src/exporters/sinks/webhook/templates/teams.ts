/** Messages for workflows of Teams: an Adaptive Card of runs of text, which know no markup. */
import type { FindingLevel } from '../../../../model/finding.ts';
import { neutralText } from '../../../../model/neutral-text.ts';
import type { WebhookTemplate } from '../template.ts';
import { type Notice, noticeOf } from './notice.ts';

const TITLE_MAX = 200;
const TEXT_MAX = 3000;
const FACTS_MAX = 20;
const FACT_WIDTH = 300;
/** Teams takes 28 KB; the bounds above stay below it also when each character takes four bytes. */
const CARD_BYTES_MAX = 28_000;
const VERSION = '1.4';

/** Names of colours of cards. */
const COLOURS: Readonly<Record<FindingLevel, string>> = {
  informational: 'Default',
  low: 'Accent',
  medium: 'Warning',
  high: 'Attention',
  critical: 'Attention',
};

export const TEAMS_TEMPLATE: WebhookTemplate = {
  rejecting: [400],
  bytesMax: CARD_BYTES_MAX,
  render: (message) => ({
    body: boundedCard(noticeOf(message)),
    contentType: 'application/json',
  }),
};

/** With as many facts as fit. */
function boundedCard(notice: Notice): string {
  for (let facts = FACTS_MAX; facts > 0; facts = Math.floor(facts / 2)) {
    const text = JSON.stringify(payloadOf(notice, facts));
    if (Buffer.byteLength(text) <= CARD_BYTES_MAX) return text;
  }
  return JSON.stringify(payloadOf({ ...notice, text: '' }, 0));
}

function payloadOf(notice: Notice, facts: number): object {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: VERSION,
    msteams: { width: 'Full' },
    body: [titleOf(notice), ...textOf(notice), ...notice.facts.slice(0, facts).map(factOf)],
    actions: actionsOf(notice),
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}

function titleOf({ title, state, severity }: Notice): object {
  const isResolved = state === 'resolved';
  const mark = isResolved ? 'RESOLVED' : severity.toUpperCase();
  const color = isResolved ? 'Good' : COLOURS[severity];
  const text = neutralText(`[${mark}] ${title}`, TITLE_MAX);
  return rich([{ type: 'TextRun', text, weight: 'Bolder', size: 'Medium', color }]);
}

function textOf({ text }: Notice): readonly object[] {
  return text === '' ? [] : [rich([{ type: 'TextRun', text: neutralText(text, TEXT_MAX) }])];
}

function factOf([name, value]: readonly [string, string]): object {
  return rich([
    { type: 'TextRun', text: `${neutralText(name, FACT_WIDTH)}: `, weight: 'Bolder' },
    { type: 'TextRun', text: neutralText(value, FACT_WIDTH), fontType: 'Monospace' },
  ]);
}

function rich(inlines: readonly object[]): object {
  return { type: 'RichTextBlock', inlines };
}

function actionsOf({ runbook }: Notice): readonly object[] {
  return runbook === '' ? [] : [{ type: 'Action.OpenUrl', title: 'Runbook', url: runbook }];
}
