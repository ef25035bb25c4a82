/** Delivery to a hostile receiver from end to end: one id, one content, until it answers well. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { type Delivery, openDelivery } from '../../src/exporters/delivery/delivery.ts';
import { WEBHOOK_SCHEDULE } from '../../src/exporters/delivery/retry-schedule.ts';
import { WEBHOOK_BATCH, WebhookSink } from '../../src/exporters/sinks/webhook/webhook-sink.ts';
import { silentLogger } from '../../src/model/log.ts';
import { alerts, idsOf } from '../support/delivery-stage.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { settle, until } from '../support/fake-sink.ts';
import { answer, bytes, hang, reset } from '../support/hostile-behaviours.ts';
import { HostileReceiver } from '../support/hostile-receiver.ts';
import { aMessage } from '../support/messages.ts';

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const HOUR = 3_600_000;
const ROOT = mkdtempSync(join(tmpdir(), 'warder-webhook-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

async function deliverTo(receiver: HostileReceiver, clock: FakeClock): Promise<Delivery> {
  const sink = new WebhookSink({
    url: `http://127.0.0.1:${receiver.port}/`,
    secrets: [SECRET],
    allowedNetworks: ['127.0.0.1/32'],
    allowsPlain: true,
    timeoutMs: 300,
    clock,
  });
  const route = { kinds: ['alert'] } as const;
  const retry = WEBHOOK_SCHEDULE;
  return openDelivery({
    ...{ directory: mkdtempSync(join(ROOT, 'state-')), node: 'n', boot: 'b' },
    ...{ logger: silentLogger, clock, ageMaxMs: 1000 * HOUR },
    destinations: [{ name: 'pager', sink, retry, route, batch: WEBHOOK_BATCH }],
  });
}

describe('Delivery to a webhook', () => {
  it('tries a message until it is taken, always signed anew and otherwise the same', async (t) => {
    const receiver = await HostileReceiver.start(t);
    const clock = new FakeClock(Date.now());
    const delivery = await deliverTo(receiver, clock);
    t.after(() => delivery.close());
    const behaviours = [
      answer('500 Oops'),
      answer('429 Slow', 'retry-after: 60'),
      reset,
      answer('301 Moved', `location: http://127.0.0.1:${receiver.port}/`),
      hang,
      bytes('garbage'),
      answer('204 Fine'),
    ];
    let turn = 0;
    receiver.behave = (socket) => {
      behaviours[turn]?.(socket);
      turn += 1;
    };

    delivery.publishAlerts(alerts(1, 1));
    for (let tries = 1; tries <= behaviours.length; tries += 1) {
      await until(() => receiver.requests.length === tries, `try ${tries}`);
      await until(() => delivery.deliveries(100).length === tries, `the end of try ${tries}`);
      await settle();
      if (tries < behaviours.length) clock.advance(40 * HOUR);
    }

    const ids = new Set(receiver.requests.map(({ headers }) => headers['webhook-id']));
    const bodies = new Set(receiver.requests.map(({ body }) => body));
    assert.deepStrictEqual([...ids], idsOf(1, 1));
    assert.deepStrictEqual([...bodies], [aMessage(1).body]);
    const signatures = receiver.requests.map(({ headers }) => headers['webhook-signature']);
    assert.equal(new Set(signatures).size, behaviours.length);
    assert.deepStrictEqual(
      delivery
        .deliveries(100)
        .map(({ attempt, outcome }) => [attempt, outcome])
        .toReversed(),
      behaviours.map((_, index) => [index + 1, index === 6 ? 'delivered' : 'retry']),
    );
    const [first = assert.fail()] = receiver.requests;
    assert.ok(new Webhook(SECRET).verify(first.body, first.headers));
  });

  it('sends nothing after a 410 until it is enabled', async (t) => {
    const receiver = await HostileReceiver.start(t);
    const clock = new FakeClock();
    const delivery = await deliverTo(receiver, clock);
    t.after(() => delivery.close());
    receiver.behave = answer('410 Gone');

    delivery.publishAlerts(alerts(1, 1));
    await until(() => delivery.counts().sinks['pager']?.state === 'gone');
    delivery.publishAlerts(alerts(2, 2));
    clock.advance(10 * HOUR);
    await settle();
    const whileGone = receiver.requests.length;
    receiver.behave = answer('200 OK');
    delivery.enable('pager');
    await until(() => delivery.counts().sinks['pager']?.waiting === 0);

    assert.equal(whileGone, 1);
    assert.deepStrictEqual(
      receiver.requests.map(({ headers }) => headers['webhook-id']).toSorted(),
      [...idsOf(1, 1), ...idsOf(1, 2)],
    );
  });
});
