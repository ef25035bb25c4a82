/** What Slack, Teams, PagerDuty and Alertmanager are told, whatever others wrote into it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compileTemplate } from '../../../../../src/exporters/sinks/webhook/compile-template.ts';
import type { WebhookTemplate } from '../../../../../src/exporters/sinks/webhook/template.ts';
import { ConfigPlace } from '../../../../../src/model/config-place.ts';
import type { OutboundMessage } from '../../../../../src/model/delivery.ts';
import { alertMessage, anAlert } from '../../../../support/alerts.ts';
import { aMessage } from '../../../../support/messages.ts';
import { repositoryRoot } from '../../../../support/root.ts';
import { sinkSeams } from '../../../../support/sink-seams.ts';

const NOW_MS = 1_800_000_120_000;
const HOUR_MS = 3_600_000;
const GOLDENS = join(repositoryRoot(), 'test/unit/exporters/sinks/webhook/goldens');

const SLACK = templateOf({ template: 'slack' });

const TEMPLATES: Readonly<Record<string, WebhookTemplate>> = {
  slack: SLACK,
  teams: templateOf({ template: 'teams' }),
  pagerduty: templateOf({ template: 'pagerduty', routingKey: '0123456789abcdef0123456789abcdef' }),
  alertmanager: templateOf({ template: 'alertmanager', expireAfter: '1h' }),
};

function templateOf(entry: object): WebhookTemplate {
  return compileTemplate(new ConfigPlace(entry), sinkSeams()).template;
}

/** Markup of all of them, a mention, a link, turned text, and what ends a line. */
const HOSTILE = '<!channel> <https://evil|x> &amp; *b* [l](https://e) `c` \u202e\n# h </at>';

const EVENT = {
  process_kprobe: {
    process: {
      ...{ binary: '/usr/bin/curl', arguments: 'http://x' },
      pod: { namespace: 'shop', name: 'cart-7' },
    },
    ...{ function_name: 'tcp_connect', policy_name: 'egress', action: 'KPROBE_ACTION_POST' },
  },
  node_name: 'node-1',
};

const MESSAGES: Readonly<Record<string, OutboundMessage>> = {
  firing: alertMessage(),
  resolved: alertMessage({ state: 'resolved' }),
  hostile: alertMessage({
    message: HOSTILE,
    cause: { ...anAlert().cause, title: HOSTILE, runbook: 'javascript:alert(1)' },
    labels: { namespace: 'shop', 'pod<&>': HOSTILE, __name__: 'x' },
  }),
  event: aMessage(1, { body: JSON.stringify(EVENT), rule: 'egress', severity: 'medium' }),
  health: aMessage(2, { kind: 'health', body: '{"type":"suppressed","count":3}' }),
};

function rendered(template: WebhookTemplate, message: OutboundMessage): string {
  return template.render(message, NOW_MS).body;
}

/** With UPDATE_GOLDEN=1 the file is written instead. */
function golden(name: string, text: string): void {
  const path = join(GOLDENS, `${name}.json`);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  assert.equal(existsSync(path) ? readFileSync(path, 'utf8') : '', text);
}

describe('Templates of webhooks', () => {
  for (const [name, template] of Object.entries(TEMPLATES)) {
    it(`are pinned: ${name}`, () => {
      const all = Object.entries(MESSAGES).map(([kind, message]) => [
        kind,
        JSON.parse(rendered(template, message)),
      ]);

      golden(name, `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`);
    });

    it(`stay within bounds: ${name}`, () => {
      const text = '\u{1f600}<&'.repeat(20_000);
      const labels = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`l${at}`, text]));
      const message = alertMessage({ message: text, labels, fingerprint: text });

      const size = Buffer.byteLength(rendered(template, message));

      assert.ok(size < (template.bytesMax ?? 256 * 1024), `${size} bytes`);
    });

    it(`make something of every body: ${name}`, () => {
      const bodies = ['', 'no JSON', '[]', 'null', '1', '{"fingerprint":1,"labels":[],"cause":7}'];
      for (const kind of ['alert', 'event', 'policy_status'] as const) {
        for (const body of bodies) {
          assert.ok(JSON.parse(rendered(template, aMessage(1, { kind, body }))));
        }
      }
    });
  }
});

describe('Slack', () => {
  const payload = JSON.parse(rendered(SLACK, MESSAGES['hostile'] ?? assert.fail()));

  it('is given no markup that others chose', () => {
    assert.equal(/[<>]/.test(payload.text), false);
    assert.ok(payload.text.includes('&lt;!channel&gt;') && payload.text.includes('&amp;amp;'));
    const types = JSON.stringify(payload.blocks).match(/"type":"mrkdwn"/g);
    assert.equal(types, null);
  });

  it('is given a link to the runbook when it is one', () => {
    const { blocks } = JSON.parse(rendered(SLACK, alertMessage()));

    assert.deepStrictEqual(blocks.at(-1).elements, [
      { type: 'mrkdwn', text: '<https://runbooks.example.org/shell|Runbook>' },
    ]);
  });

  it('is given no more than it takes', () => {
    const text = 'x&'.repeat(10_000);
    const labels = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`l${at}`, text]));
    const message = alertMessage({
      message: text,
      labels,
      cause: { ...anAlert().cause, title: text },
    });

    const { text: shown, blocks } = JSON.parse(rendered(SLACK, message));

    const [header, section, { fields }] = blocks;
    assert.deepStrictEqual(
      [shown.length <= 4000, header.text.text.length, section.text.text.length, fields.length],
      [true, 150, 3000, 10],
    );
    assert.ok(fields.every((field: { text: string }) => field.text.length <= 2000));
    assert.equal(/&[a-z]*$/.test(shown), false);
  });
});

describe('PagerDuty', () => {
  it('resolves what it opened, by the fingerprint', () => {
    const template = TEMPLATES['pagerduty'] ?? assert.fail();
    const [opened, resolved] = ['firing', 'resolved'].map((name) =>
      JSON.parse(rendered(template, MESSAGES[name] ?? assert.fail())),
    );

    assert.deepStrictEqual([opened.event_action, resolved.event_action], ['trigger', 'resolve']);
    assert.deepStrictEqual([opened.dedup_key, resolved.dedup_key], ['f00d', 'f00d']);
  });
});

describe('Alertmanager', () => {
  const template = TEMPLATES['alertmanager'] ?? assert.fail();
  const sent = (message: OutboundMessage): { labels: object; startsAt: string; endsAt: string } =>
    JSON.parse(rendered(template, message))[0];

  it('knows an alert that is resolved by the labels that it had', () => {
    const [firing, resolved] = [sent(alertMessage()), sent(alertMessage({ state: 'resolved' }))];

    assert.deepStrictEqual(resolved.labels, firing.labels);
    assert.deepStrictEqual(
      [firing.endsAt, resolved.endsAt].map((text) => Date.parse(text)),
      [NOW_MS + HOUR_MS, 1_800_000_060_000],
    );
  });

  it('is given names of labels that it takes', () => {
    const { labels } = sent(MESSAGES['hostile'] ?? assert.fail());

    assert.ok(Object.keys(labels).every((name) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)));
    assert.equal(
      Object.keys(labels).some((name) => name.startsWith('__')),
      false,
    );
  });

  it('is given no end before the beginning', () => {
    const late = alertMessage({
      state: 'resolved',
      firstSeenMs: NOW_MS + 10,
      lastSeenMs: NOW_MS + 20,
    });
    const { startsAt, endsAt } = sent(late);

    assert.ok(Date.parse(startsAt) <= Date.parse(endsAt));
  });
});
