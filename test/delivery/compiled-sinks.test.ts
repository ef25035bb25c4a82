/** Sinks as a configuration has them, against real receivers: from the entry to what arrives. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { systemClock } from '../../src/exporters/clock.ts';
import { compileDestinations } from '../../src/exporters/delivery/compile-destination.ts';
import { type Delivery, openDelivery } from '../../src/exporters/delivery/delivery.ts';
import { compileSink } from '../../src/exporters/sinks/sinks.ts';
import { silentLogger } from '../../src/model/log.ts';
import { alertMessage } from '../support/alerts.ts';
import { scratch } from '../support/delivery-stage.ts';
import { dispatches } from '../support/dispatches.ts';
import { until } from '../support/fake-sink.ts';
import { HostileReceiver } from '../support/hostile-receiver.ts';
import { aMessage } from '../support/messages.ts';
import { connectTo, NatsProcess } from '../support/nats-process.ts';
import { compiledValue, DESTINATION_SEAMS, sinkSeams } from '../support/sink-seams.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const KINDS = ['alert', 'alert_update'];

async function deliveryTo(t: TestContext, sinks: readonly object[]): Promise<Delivery> {
  const plans = compiledValue(compileDestinations(sinks, ['sinks'], DESTINATION_SEAMS));
  const delivery = await openDelivery({
    ...{ directory: scratch(), node: 'node-1', boot: 'boot-1', logger: silentLogger },
    ...{ clock: systemClock, destinations: plans.map((plan) => plan.create()) },
  });
  t.after(() => delivery.close());
  return delivery;
}

describe('Sinks of a configuration', () => {
  it('send one alert to NATS, two webhooks and a file', async (t) => {
    const [server, receiver, slack] = await Promise.all([
      NatsProcess.start(t),
      HostileReceiver.start(t),
      HostileReceiver.start(t),
    ]);
    const near = { allowHttp: true, allowedNetworks: ['127.0.0.0/8'], route: { kinds: KINDS } };
    const path = join(scratch(), 'alerts.json');
    const delivery = await deliveryTo(t, [
      { name: 'bus', type: 'nats', servers: server.url },
      {
        ...{ name: 'hook', type: 'webhook', url: `http://127.0.0.1:${receiver.port}/` },
        ...{ secrets: [SECRET], ...near },
      },
      {
        ...{ name: 'chat', type: 'webhook', url: `http://127.0.0.1:${slack.port}/` },
        ...{ template: 'slack', ...near },
      },
      { name: 'log', type: 'file', path },
    ]);
    const message = alertMessage();

    delivery.publishAlerts([{ message }]);
    delivery.publishEvents('matched', [aMessage(8)]);
    await until(() => Object.values(delivery.counts().sinks).every(({ waiting }) => waiting === 0));

    const [signed = assert.fail()] = receiver.requests;
    assert.ok(new Webhook(SECRET).verify(signed.body, signed.headers));
    assert.deepStrictEqual([receiver.requests.length, signed.body], [1, message.body]);
    const [shown = assert.fail()] = slack.requests;
    assert.equal(JSON.parse(shown.body).text, '[HIGH] Shell in a container: bash started by nginx');
    assert.equal(shown.headers['webhook-signature'], undefined);
    assert.deepStrictEqual(
      readFileSync(path, 'utf8').trimEnd().split('\n').sort(),
      [message.body, aMessage(8).body].sort(),
    );
    const connection = await connectTo(t, server);
    const streams = await (await connection.jetstreamManager()).streams.info('WARDER_ALERTS');
    assert.equal(streams.state.messages, 1);
  });

  it('never send in plain text to a server of NATS that is to speak TLS', async (t) => {
    const server = await NatsProcess.start(t);
    const outcomes = await Promise.all(
      [`tls://${server.url}`, `nats://${server.url}`].map(async (servers) => {
        const sink = compiledValue(
          compileSink({ type: 'nats', servers }, [], sinkSeams()),
        ).create();
        t.after(() => sink.close());
        const answers = await sink.deliver(dispatches(1, 1)).catch(() => [{ kind: 'retry' }]);
        return answers[0]?.kind;
      }),
    );

    assert.deepStrictEqual(outcomes, ['retry', 'delivered']);
  });

  it('put messages into the envelope of CloudEvents that they name', async (t) => {
    const receivers = await Promise.all([1, 2].map(() => HostileReceiver.start(t)));
    const [plain, whole] = receivers.map(({ port }) => `http://127.0.0.1:${port}/`);
    const near = { allowHttp: true, allowedNetworks: ['127.0.0.0/8'], secrets: [SECRET] };
    const path = join(scratch(), 'events.json');
    const delivery = await deliveryTo(t, [
      { name: 'headers', type: 'webhook', url: plain, envelope: 'binary', ...near },
      { name: 'body', type: 'webhook', url: whole, envelope: 'structured', ...near },
      { name: 'log', type: 'file', path, envelope: 'structured' },
    ]);
    const message = aMessage(1);

    delivery.publishEvents('matched', [message]);
    await until(() => Object.values(delivery.counts().sinks).every(({ waiting }) => waiting === 0));

    const [[binary], [structured]] = receivers.map(({ requests }) => requests) as [
      HostileReceiver['requests'],
      HostileReceiver['requests'],
    ];
    const { 'ce-id': id, 'ce-specversion': version, 'content-type': type } = binary?.headers ?? {};
    assert.deepStrictEqual([id, version, type], [message.id, '1.0', 'application/json']);
    assert.equal(binary?.body, message.body);
    const event = JSON.parse(structured?.body ?? '');
    assert.deepStrictEqual([event.id, event.data], [message.id, JSON.parse(message.body)]);
    assert.match(String(structured?.headers['content-type']), /^application\/cloudevents\+json/);
    assert.deepStrictEqual(JSON.parse(readFileSync(path, 'utf8')), event);
  });

  for (const [what, entry] of [
    ['headers where there are none', { type: 'file', path: '/tmp/x', envelope: 'binary' }],
    ['an unknown one', { type: 'stdout', envelope: 'soap' }],
    [
      'one that the receiver does not take',
      { type: 'webhook', template: 'slack', url: 'https://example.org/', envelope: 'structured' },
    ],
  ] as const) {
    it(`refuse an envelope: ${what}`, () => {
      const sinks = [{ name: 'one', ...entry }];
      const compiled = compileDestinations(sinks, ['sinks'], DESTINATION_SEAMS);

      assert.equal(compiled.kind, 'refused');
      const places = compiled.kind === 'refused' ? compiled.problems.map(({ path }) => path) : [];
      assert.deepStrictEqual(places, [['sinks', 0, 'envelope']]);
    });
  }
});
