/** The webhook sink against a hostile receiver: signed, never redirected, never led astray. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { systemClock } from '../../src/exporters/clock.ts';
import {
  type WebhookOptions,
  WebhookSink,
} from '../../src/exporters/sinks/webhook/webhook-sink.ts';
import type { DeliveryOutcome, OutboundMessage } from '../../src/model/delivery.ts';
import {
  answer,
  type Behaviour,
  bytes,
  drip,
  hang,
  pour,
  reset,
} from '../support/hostile-behaviours.ts';
import { HostileReceiver } from '../support/hostile-receiver.ts';
import { aMessage } from '../support/messages.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

function sinkTo(receiver: HostileReceiver, changes: Partial<WebhookOptions> = {}): WebhookSink {
  return new WebhookSink({
    url: `http://127.0.0.1:${receiver.port}/hook?token=t`,
    secrets: [SECRET],
    allowedNetworks: ['127.0.0.0/8'],
    allowsPlain: true,
    clock: systemClock,
    ...changes,
  });
}

async function send(
  sink: WebhookSink,
  message: OutboundMessage = aMessage(1),
): Promise<DeliveryOutcome | undefined> {
  const outcomes = await sink.deliver([{ message, series: 's', first: 1, last: 1, attempts: 0 }]);
  return outcomes[0];
}

async function sent(
  t: TestContext,
  behave: Behaviour,
  changes: Partial<WebhookOptions> = {},
): Promise<{ outcome: DeliveryOutcome | undefined; receiver: HostileReceiver }> {
  const receiver = await HostileReceiver.start(t);
  receiver.behave = behave;
  return { outcome: await send(sinkTo(receiver, changes)), receiver };
}

describe('WebhookSink signs', () => {
  it('as the library of Standard Webhooks expects, and refuses when it was changed', async (t) => {
    const receiver = await HostileReceiver.start(t);
    const message = aMessage(1, { id: 'node.example.org/boot-1/1/r.1' });

    await send(sinkTo(receiver), message);

    const [request = assert.fail()] = receiver.requests;
    const webhook = new Webhook(SECRET);
    assert.deepStrictEqual(webhook.verify(request.body, request.headers), JSON.parse(message.body));
    assert.throws(() => webhook.verify(`${request.body} `, request.headers));
    const other = { ...request.headers, 'webhook-id': 'another' };
    assert.throws(() => webhook.verify(request.body, other));
    assert.equal(request.headers['webhook-id'], 'node%2Eexample%2Eorg/boot-1/1/r%2E1');
    assert.equal(request.line, 'POST /hook?token=t HTTP/1.1');
  });

  it('with the old and the new secret while one replaces the other', async (t) => {
    const receiver = await HostileReceiver.start(t);

    await send(sinkTo(receiver, { secrets: [NEXT_SECRET, SECRET] }));

    const [{ body, headers } = assert.fail()] = receiver.requests;
    for (const secret of [SECRET, NEXT_SECRET]) {
      assert.ok(new Webhook(secret).verify(body, headers));
    }
    const third = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    assert.throws(() => new Webhook(third).verify(body, headers));
  });

  it('with Ed25519, which the public key confirms', async (t) => {
    const receiver = await HostileReceiver.start(t);
    const { privateKey } = generateKeyPairSync('ed25519');
    const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);

    await send(sinkTo(receiver, { secrets: [`whsk_${seed.toString('base64')}`] }));

    const [{ body, headers } = assert.fail()] = receiver.requests;
    const [version, signature = ''] = headers['webhook-signature']?.split(',') ?? [];
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const isGenuine = (text: string): boolean => {
      const key = createPublicKey(privateKey);
      return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
    };
    assert.deepStrictEqual(
      [version, isGenuine(content), isGenuine(`${content}x`)],
      ['v1a', true, false],
    );
  });

  for (const secret of [
    '',
    'secret',
    'whsec_',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    'whsec_!!!!not base64 but long enough to be one!!!!',
    `whsk_${Buffer.alloc(31).toString('base64')}`,
  ]) {
    it(`not with ${JSON.stringify(secret.slice(0, 20))}, which it does not repeat`, async (t) => {
      const receiver = await HostileReceiver.start(t);

      assert.throws(
        () => sinkTo(receiver, { secrets: [secret] }),
        (error: Error & { code?: string }) =>
          error.code === 'SINK_SECRET_INVALID' &&
          (secret.length < 10 || !error.message.includes(secret)),
      );
    });
  }
});

describe('WebhookSink takes', () => {
  const cases: readonly (readonly [string, Behaviour, Partial<DeliveryOutcome>])[] = [
    ['200', answer('200 OK'), { kind: 'delivered' }],
    ['204', answer('204 No Content'), { kind: 'delivered' }],
    ['200 with a body without an end', pour, { kind: 'delivered' }],
    ['500', answer('500 Oops'), { kind: 'retry', reason: 'status 500' }],
    ['404', answer('404 Not Found'), { kind: 'retry', reason: 'status 404' }],
    [
      '429 with seconds',
      answer('429 Slow', 'retry-after: 120'),
      { kind: 'retry', reason: 'status 429', afterMs: 120_000 },
    ],
    [
      '503 with an endless wait',
      answer('503 No', 'retry-after: 999999999'),
      { kind: 'retry', reason: 'status 503', afterMs: 86_400_000 },
    ],
    [
      '503 with a date that is over',
      answer('503 No', 'retry-after: Wed, 21 Oct 2015 07:28:00 GMT'),
      { kind: 'retry', reason: 'status 503', afterMs: 0 },
    ],
    [
      '429 with nonsense',
      answer('429 Slow', 'retry-after: soon'),
      { kind: 'retry', reason: 'status 429' },
    ],
    ['410', answer('410 Gone'), { kind: 'gone', reason: 'status 410' }],
    ['413', answer('413 Large'), { kind: 'rejected', reason: 'status 413' }],
    ['a reset', reset, { kind: 'retry' }],
    ['silence', hang, { kind: 'retry', reason: 'no answer within 200 ms' }],
    ['a head without an end', drip, { kind: 'retry', reason: 'no answer within 200 ms' }],
    ['an end without an answer', bytes(''), { kind: 'retry' }],
    ['garbage', bytes('\x00\xff garbage\r\n\r\n'), { kind: 'retry' }],
    ['another protocol', bytes('SSH-2.0-OpenSSH_9.2\r\n'), { kind: 'retry' }],
    ['a huge head', bytes(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(1e6)}\r\n\r\n`), { kind: 'retry' }],
  ];
  for (const [what, behave, expected] of cases) {
    it(`${what} for ${expected.kind}`, async (t) => {
      const { outcome, receiver } = await sent(t, behave, { timeoutMs: 200 });

      const { reason, ...rest } = { reason: undefined, ...outcome };
      const wantsReason = 'reason' in expected;
      assert.deepStrictEqual(wantsReason ? outcome : rest, expected);
      assert.ok(expected.kind === 'delivered' || typeof reason === 'string');
      assert.equal(receiver.connections, 1);
    });
  }

  it('no redirection', async (t) => {
    const other = await HostileReceiver.start(t);
    const location = `location: http://127.0.0.1:${other.port}/`;

    for (const status of ['301 Moved', '302 Found', '307 Again', '308 For Ever']) {
      const { outcome } = await sent(t, answer(status, location));
      assert.deepStrictEqual(outcome, { kind: 'retry', reason: `status ${status.slice(0, 3)}` });
    }

    assert.equal(other.connections, 0);
  });

  it('nobody there for a reason to try again', async (t) => {
    const receiver = await HostileReceiver.start(t);
    const outcome = await send(sinkTo(receiver, { url: 'http://127.0.0.1:1/', timeoutMs: 2000 }));

    assert.equal(outcome?.kind, 'retry');
  });

  it('no message that is too large', async (t) => {
    const receiver = await HostileReceiver.start(t);
    const outcome = await send(sinkTo(receiver), aMessage(1, { body: 'x'.repeat(300_000) }));

    assert.deepStrictEqual([outcome?.kind, receiver.connections], ['rejected', 0]);
  });
});

describe('WebhookSink sends nothing', () => {
  for (const host of [
    ...['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'],
    ...['169.254.169.254', '10.0.0.1', '172.31.0.1', '192.168.1.1', '100.64.0.1'],
    ...['[fe80::1]', '[fd00::1]', '[64:ff9b::7f00:1]', '[::]', '[2002:7f00:1::]'],
    ...['[::ffff:0:127.0.0.1]', '[3fff::1]', '[5f00::1]', '[::ffff:169.254.169.254]'],
  ]) {
    it(`to ${host}`, async (t) => {
      const receiver = await HostileReceiver.start(t);
      const url = `http://${host}:${receiver.port}/`;
      const sink = sinkTo(receiver, { url, allowedNetworks: [] });

      await assert.rejects(sink.open(), { code: 'SINK_TARGET_FORBIDDEN' });
      const outcome = await send(sink);

      assert.deepStrictEqual([outcome?.kind, receiver.connections], ['retry', 0]);
    });
  }

  it('to a name of which one address is private', async (t) => {
    const receiver = await HostileReceiver.start(t);
    const sink = sinkTo(receiver, {
      url: `http://hook.example:${receiver.port}/`,
      allowedNetworks: [],
      resolve: (_name, done) =>
        done(null, [
          { address: '93.184.216.34', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]),
    });

    const outcome = await send(sink);

    assert.deepStrictEqual([outcome?.kind, receiver.connections], ['retry', 0]);
  });

  it('to another address than the one that was checked', async (t) => {
    const receiver = await HostileReceiver.start(t);
    let questions = 0;
    const sink = sinkTo(receiver, {
      url: `http://hook.example:${receiver.port}/`,
      resolve: (_name, done) => {
        questions += 1;
        done(null, [{ address: questions === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
      },
    });

    const first = await send(sink);
    const second = await send(sink);

    assert.deepStrictEqual(
      [first?.kind, second?.kind, receiver.connections, questions],
      ['delivered', 'retry', 1, 2],
    );
    assert.equal(receiver.requests[0]?.headers['host'], `hook.example:${receiver.port}`);
  });

  for (const url of [
    'not a url',
    'ftp://example.org/',
    'file:///etc/passwd',
    'https://user:secret@example.org/',
    'http://example.org/',
  ]) {
    it(`by the URL ${url}`, async (t) => {
      const receiver = await HostileReceiver.start(t);

      assert.throws(() => sinkTo(receiver, { url, allowsPlain: false }), {
        code: 'SINK_TARGET_INVALID',
      });
    });
  }

  for (const network of ['10.0.0.0', '10.0.0.0/33', 'x/8', '::/129', '10.0.0.0/-1', '']) {
    it(`when it is told to allow ${JSON.stringify(network)}`, async (t) => {
      const receiver = await HostileReceiver.start(t);

      assert.throws(() => sinkTo(receiver, { allowedNetworks: [network] }), {
        code: 'SINK_TARGET_INVALID',
      });
    });
  }
});
