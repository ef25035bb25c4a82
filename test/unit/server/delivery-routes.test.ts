/** Routes of alerts and deliveries: what is answered to good requests and to their bad twins. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Alert } from '../../../src/model/alert.ts';
import type { DeliveryApi } from '../../../src/model/delivery-api.ts';
import { silentLogger } from '../../../src/model/log.ts';
import { buildApp } from '../../../src/server/app.ts';
import { EventClients } from '../../../src/server/event-clients.ts';
import { anAlert } from '../../support/alerts.ts';
import { FakeDelivery } from '../../support/fake-delivery.ts';
import { aMessage } from '../../support/messages.ts';
import { FakeAgent } from './fake-agent.ts';

const ALERT: Alert = anAlert();

async function ask(
  question: readonly [method: 'GET' | 'POST', url: string, body?: object],
  delivery: DeliveryApi | undefined = new FakeDelivery(),
): Promise<readonly unknown[]> {
  const agent = new FakeAgent();
  agent.delivery = delivery;
  const clients = new EventClients({ api: agent });
  const app = buildApp({ api: agent, logger: silentLogger, clients });
  const [method, url, body] = question;
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await app.inject({ method, url, headers, ...payload });
  const json = JSON.parse(answer.payload);
  return [answer.statusCode, json.code ?? json];
}

describe('routes of delivery', () => {
  const { body: _, ...head } = aMessage(1);
  const cases: readonly (readonly [Parameters<typeof ask>[0], unknown])[] = [
    [
      ['GET', '/v1/health'],
      [200, { status: 'ok', problems: [] }],
    ],
    [
      ['GET', '/v1/alerts'],
      [200, { alerts: [ALERT] }],
    ],
    [
      ['GET', '/v1/alerts?limit=0'],
      [400, 'SERVER_REQUEST_INVALID'],
    ],
    [
      ['GET', '/v1/alerts?limit=10001'],
      [400, 'SERVER_REQUEST_INVALID'],
    ],
    [
      ['GET', '/v1/alerts?limit=1e3'],
      [400, 'SERVER_REQUEST_INVALID'],
    ],
    [
      ['GET', `/v1/alerts/${ALERT.id}`],
      [200, ALERT],
    ],
    [
      ['GET', '/v1/alerts/n1/nothing'],
      [404, 'SERVER_ALERT_UNKNOWN'],
    ],
    [
      ['GET', '/v1/deliveries/dead'],
      [200, { dead: [{ message: head, sink: 'siem', timeMs: 1, attempts: 3, reason: 'no' }] }],
    ],
    [
      ['POST', '/v1/deliveries/replay', { sink: 'siem' }],
      [200, { replayed: 2 }],
    ],
    [
      ['POST', '/v1/deliveries/replay', { sink: 'x' }],
      [404, 'SERVER_SINK_UNKNOWN'],
    ],
    [
      ['POST', '/v1/deliveries/replay', { sink: 7 }],
      [400, 'SERVER_REQUEST_INVALID'],
    ],
    [
      ['POST', '/v1/deliveries/replay', { sink: 'siem', message: '' }],
      [400, 'SERVER_REQUEST_INVALID'],
    ],
    [
      ['POST', '/v1/deliveries/enable', { sink: 'siem' }],
      [200, { enabled: 'siem' }],
    ],
    [
      ['POST', '/v1/deliveries/enable', { sink: 'x' }],
      [404, 'SERVER_SINK_UNKNOWN'],
    ],
  ];
  for (const [question, expected] of cases) {
    it(`answer ${question[0]} ${question[1]} ${JSON.stringify(question[2] ?? '')}`, async () => {
      assert.deepStrictEqual(await ask(question), expected);
    });
  }

  it('say without destinations that there is nothing', async () => {
    const agent = new FakeAgent();
    const clients = new EventClients({ api: agent });
    const app = buildApp({ api: agent, logger: silentLogger, clients });
    const dead = await app.inject({ url: '/v1/deliveries/dead' });
    const alerts = await app.inject({ url: '/v1/alerts' });

    assert.equal(JSON.parse(dead.payload).code, 'SERVER_DELIVERY_ABSENT');
    assert.deepStrictEqual(JSON.parse(alerts.payload), { alerts: [] });
  });
});
