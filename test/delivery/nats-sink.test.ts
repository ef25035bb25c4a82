/** The NATS sink against a real server: stored, acked, once per id, through every outage. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type JetStreamManager, nkeys } from 'nats';
import { NatsSink, type NatsSinkOptions } from '../../src/exporters/sinks/nats/nats-sink.ts';
import type { NatsServer } from '../../src/exporters/sinks/nats/options.ts';
import { subjectToken } from '../../src/exporters/sinks/nats/subjects.ts';
import type { Dispatch, OutboundMessage } from '../../src/model/delivery.ts';
import { ALERT } from '../support/delivery-stage.ts';
import { until } from '../support/fake-sink.ts';
import { aMessage } from '../support/messages.ts';
import { createIssuer } from '../support/nats-jwt.ts';
import { connectTo, NatsProcess } from '../support/nats-process.ts';

function reach(server: NatsProcess, changes: Partial<NatsServer> = {}): NatsServer {
  return { servers: [server.url], credentials: { kind: 'none' }, name: 'test', ...changes };
}

function sinkFor(t: TestContext, changes: Partial<NatsSinkOptions>): NatsSink {
  const fallback = { servers: [], credentials: { kind: 'none' }, name: 'test' } as const;
  const sink = new NatsSink({
    ...{ server: fallback, cluster: 'prod', streams: 'ensure', ackTimeoutMs: 1000, ...changes },
  });
  t.after(() => sink.close());
  return sink;
}

function dispatch(message: OutboundMessage, last = 1): Dispatch {
  return { message, series: 's-1', first: last, last, attempts: 0 };
}

async function manage(t: TestContext, server: NatsProcess): Promise<JetStreamManager> {
  const connection = await connectTo(t, server);
  return connection.jetstreamManager();
}

async function countOf(manager: JetStreamManager, stream: string): Promise<number> {
  return (await manager.streams.info(stream)).state.messages;
}

const DELIVERED = { kind: 'delivered', isDuplicate: false } as const;

describe('NatsSink', () => {
  it('makes its streams and stores each message under its subject, with its headers', async (t) => {
    const server = await NatsProcess.start(t);
    const sink = sinkFor(t, { server: reach(server) });
    const message = aMessage(1, { ...ALERT, node: 'node.1', namespace: '', rule: 'a "rule" é' });

    const outcomes = await sink.deliver([{ ...dispatch(message), first: 3, last: 5 }]);

    const manager = await manage(t, server);
    const stored = await manager.streams.getMessage('WARDER_ALERTS', { seq: 1 });
    assert.deepStrictEqual(outcomes, [DELIVERED]);
    assert.equal(stored.subject, 'warder.v1.prod.node_1._.alert.high');
    assert.equal(stored.string(), message.body);
    const headers = Object.fromEntries(
      stored.header.keys().map((name) => [name, stored.header.get(name)]),
    );
    assert.deepStrictEqual(headers, {
      'Nats-Msg-Id': message.id,
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': message.id,
      'ce-source': '/warder/prod/node.1',
      'ce-type': 'warder.alert.v1',
      'ce-time': new Date(message.timeMs).toISOString(),
      'ce-severity': 'high',
      'Warder-Node': 'node.1',
      'Warder-Series': 's-1',
      'Warder-First': '3',
      'Warder-Last': '5',
      'Warder-Rule': 'a%20%22rule%22%20%C3%A9',
    });
  });

  it('stores messages in the format that it was told, and says which', async (t) => {
    const server = await NatsProcess.start(t);
    const format = { name: 'cef', contentType: 'text/plain', encode: () => 'CEF:0|x' };
    const sink = sinkFor(t, { server: reach(server), format });

    await sink.deliver([dispatch(aMessage(1, ALERT))]);

    const manager = await manage(t, server);
    const stored = await manager.streams.getMessage('WARDER_ALERTS', { seq: 1 });
    assert.deepStrictEqual(
      [stored.string(), stored.header.values('content-type')],
      ['CEF:0|x', ['text/plain']],
    );
  });

  it('stores a message once that it is given twice', async (t) => {
    const server = await NatsProcess.start(t);
    const sink = sinkFor(t, { server: reach(server) });

    const first = await sink.deliver([dispatch(aMessage(1))]);
    const again = await sink.deliver([dispatch(aMessage(1)), dispatch(aMessage(2), 2)]);

    const duplicate = { kind: 'delivered', isDuplicate: true };
    assert.deepStrictEqual([...first, ...again], [DELIVERED, duplicate, DELIVERED]);
    assert.equal(await countOf(await manage(t, server), 'WARDER_EVENTS'), 2);
  });

  it('says retry while the server is away, and goes on when it is back', async (t) => {
    const server = await NatsProcess.start(t);
    const sink = sinkFor(t, { server: reach(server) });
    let returns = 0;
    sink.onReady(() => {
      returns += 1;
    });
    await sink.deliver([dispatch(aMessage(1))]);

    await server.kill();
    const whileAway = await sink.deliver([dispatch(aMessage(2), 2)]).catch(() => []);
    await server.run();
    await until(() => returns === 1, 'the connection');
    const afterwards = await sink.deliver([dispatch(aMessage(2), 2)]);

    assert.notEqual(whileAway[0]?.kind, 'delivered');
    assert.equal(afterwards[0]?.kind, 'delivered');
    assert.equal(await countOf(await manage(t, server), 'WARDER_EVENTS'), 2);
  });

  it('rejects its opening when nobody listens', async (t) => {
    const server = await NatsProcess.start(t);
    await server.kill();

    await assert.rejects(sinkFor(t, { server: reach(server) }).open(), {
      code: 'SINK_NATS_FAILED',
    });
  });

  it('keeps to itself what a full stream refuses, and drops nothing there', async (t) => {
    const server = await NatsProcess.start(t);
    const plan = { name: 'SMALL', kinds: ['event'], maxAgeMs: 60_000, maxBytes: 4096 };
    const sink = sinkFor(t, { server: reach(server), plans: [plan] });
    const body = 'x'.repeat(1500);

    const outcomes = await sink.deliver(
      [1, 2, 3, 4].map((number) => dispatch(aMessage(number, { body }), number)),
    );
    const manager = await manage(t, server);
    await manager.streams.purge('SMALL');
    const afterwards = await sink.deliver([dispatch(aMessage(4, { body }), 4)]);

    assert.deepStrictEqual(
      [...outcomes, ...afterwards].map(({ kind }) => kind),
      ['delivered', 'delivered', 'retry', 'retry', 'delivered'],
    );
  });

  it('makes a stream again that was deleted meanwhile', async (t) => {
    const server = await NatsProcess.start(t);
    const sink = sinkFor(t, { server: reach(server) });
    await sink.deliver([dispatch(aMessage(1))]);
    const manager = await manage(t, server);
    await manager.streams.delete('WARDER_EVENTS');

    const first = await sink.deliver([dispatch(aMessage(2), 2)]);
    const second = await sink.deliver([dispatch(aMessage(2), 2)]);

    assert.deepStrictEqual([first[0]?.kind, second[0]?.kind], ['retry', 'delivered']);
  });

  it('says retry for a subject that no stream takes', async (t) => {
    const server = await NatsProcess.start(t);
    const sink = sinkFor(t, { server: reach(server), streams: 'assume' });

    assert.deepStrictEqual(await sink.deliver([dispatch(aMessage(1))]), [
      { kind: 'retry', reason: 'no stream takes the subject' },
    ]);
  });

  it('rejects only the message that is larger than the server takes', async (t) => {
    const server = await NatsProcess.start(t, 'max_payload: 4096');
    const sink = sinkFor(t, { server: reach(server) });
    const large = aMessage(2, { body: 'x'.repeat(8192) });

    const outcomes = await sink.deliver([dispatch(aMessage(1)), dispatch(large, 2)]);

    assert.deepStrictEqual(outcomes, [
      DELIVERED,
      { kind: 'rejected', reason: 'above max_payload of the server' },
    ]);
  });

  for (const [what, config] of [
    ['takes other subjects', { subjects: ['other'], discard: 'new' }],
    ['drops what is old', { subjects: ['warder.v1.*.*.*.event.*'], discard: 'old' }],
  ] as const) {
    it(`refuses a stream that ${what}`, async (t) => {
      const server = await NatsProcess.start(t);
      const manager = await manage(t, server);
      await manager.streams.add({
        name: 'WARDER_EVENTS',
        subjects: [...config.subjects],
        discard: config.discard as never,
      });
      const plans = [{ name: 'WARDER_EVENTS', kinds: ['event'], maxAgeMs: 1, maxBytes: 1 }];

      await assert.rejects(sinkFor(t, { server: reach(server), plans }).open(), {
        code: 'SINK_STREAM_MISMATCH',
      });
    });
  }
});

describe('NatsSink logs in', () => {
  it('with an NKey, which may only publish below its own node, and not with another', async (t) => {
    const key = nkeys.createUser();
    const other = nkeys.createUser();
    const admin = 'user: admin, password: secret';
    const server = await NatsProcess.start(
      t,
      `authorization { users: [ { ${admin} }, { nkey: ${key.getPublicKey()}, permissions: {
        publish: "warder.v1.prod.node-1.>", subscribe: "_INBOX.>" } } ] }`,
    );
    const seedOf = (pair: typeof key): string => new TextDecoder().decode(pair.getSeed());
    const operator = { kind: 'password', user: 'admin', password: 'secret' } as const;
    const connection = await connectTo(t, server, operator);
    const manager = await connection.jetstreamManager();
    await manager.streams.add({ name: 'EVENTS', subjects: ['warder.v1.*.*.*.event.*'] });
    const as = (pair: typeof key): NatsSink =>
      sinkFor(t, {
        server: reach(server, { credentials: { kind: 'nkey', seed: seedOf(pair) } }),
        streams: 'assume',
      });

    const own = await as(key).deliver([dispatch(aMessage(1))]);
    const foreign = await as(key).deliver([dispatch(aMessage(2, { node: 'node-2' }))]);

    assert.deepStrictEqual([own[0]?.kind, foreign[0]?.kind], ['delivered', 'retry']);
    await assert.rejects(as(other).open(), { code: 'SINK_NATS_FAILED' });
    assert.equal((await manager.streams.info('EVENTS')).state.messages, 1);
  });

  it('with a JWT of the account, and not with one of another', async (t) => {
    const issuer = createIssuer();
    const server = await NatsProcess.start(t, issuer.settings);
    const as = (text: string): NatsSink =>
      sinkFor(t, { server: reach(server, { credentials: { kind: 'creds', text } }) });
    const refused = { pub: { deny: ['warder.v1.>'] } };

    const own = await as(issuer.credentials({})).deliver([dispatch(aMessage(1))]);
    const denied = await as(issuer.credentials(refused)).deliver([dispatch(aMessage(2))]);

    assert.deepStrictEqual([own[0]?.kind, denied[0]?.kind], ['delivered', 'retry']);
    await assert.rejects(as(createIssuer().credentials({})).open(), { code: 'SINK_NATS_FAILED' });
    await assert.rejects(as('not credentials').open(), { code: 'SINK_NATS_FAILED' });
  });

  it('over TLS, when the authority is the one it was given', async (t) => {
    const files = await certificates(t);
    const server = await NatsProcess.start(
      t,
      `tls { cert_file: "${files.cert}", key_file: "${files.key}" }`,
    );
    const ca = readFileSync(files.cert, 'utf8');
    const servers = [`localhost:${server.port}`];
    const trusting = sinkFor(t, { server: reach(server, { servers, tls: { ca } }) });
    const doubting = sinkFor(t, { server: reach(server, { servers, tls: {} }) });

    assert.deepStrictEqual(await trusting.deliver([dispatch(aMessage(1))]), [DELIVERED]);
    await assert.rejects(doubting.open(), { code: 'SINK_NATS_FAILED' });
  });
});

async function certificates(
  t: TestContext,
): Promise<{ readonly cert: string; readonly key: string }> {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const directory = mkdtempSync(join(tmpdir(), 'warder-tls-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const how = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', ...how, ...subject], { stdio: 'ignore' });
  return { cert, key };
}

describe('subjectToken', () => {
  for (const [text, expected] of [
    ['node-1', 'node-1'],
    ['a.b *>c', 'a_b___c'],
    ['', '_'],
    ['é\n', '__'],
  ] as const) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () =>
      assert.equal(subjectToken(text), expected));
  }
});
