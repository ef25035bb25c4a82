/** The sink of syslog against real receivers: framed, over TLS that is checked, back later. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { DeliverySink } from '../../src/exporters/delivery-sink.ts';
import type { MessageFormat } from '../../src/exporters/sinks/sink-type.ts';
import { JSON_FORMAT } from '../../src/exporters/sinks/sink-type.ts';
import { compileSink } from '../../src/exporters/sinks/sinks.ts';
import { localCertificate } from '../support/certificates.ts';
import { dispatch, dispatches } from '../support/dispatches.ts';
import { settle, until } from '../support/fake-sink.ts';
import { aMessage } from '../support/messages.ts';
import { compiledValue, sinkSeams } from '../support/sink-seams.ts';
import { datagramReceiver, SyslogReceiver } from '../support/syslog-receiver.ts';

function sinkTo(t: TestContext, entry: object, format: MessageFormat = JSON_FORMAT): DeliverySink {
  const value = { type: 'syslog', host: '127.0.0.1', timeout: '1s', ...entry };
  const sink = compiledValue(compileSink(value, [], sinkSeams({ format }))).create();
  t.after(() => sink.close());
  return sink;
}

async function kinds(sink: DeliverySink, from = 1, through = from): Promise<readonly string[]> {
  const outcomes = await sink.deliver(dispatches(from, through));
  return outcomes.map(({ kind }) => kind);
}

/** Fails by the time that the runner gives a test, should that never happen. */
async function untilRefused(sink: DeliverySink, number: number): Promise<void> {
  while ((await kinds(sink, number))[0] !== 'retry') await settle();
}

function bodies(messages: readonly string[]): readonly unknown[] {
  return messages.map((text) => JSON.parse(text.slice(text.indexOf('\ufeff') + 1)).number);
}

describe('SyslogSink', () => {
  for (const protocol of ['tcp', 'tls'] as const) {
    it(`sends messages over ${protocol}, each with its length in front`, async (t) => {
      const certificate = protocol === 'tls' ? localCertificate() : undefined;
      const receiver = await SyslogReceiver.start(t, certificate);
      const tls = certificate === undefined ? {} : { tls: { ca: certificate.certFile } };
      const sink = sinkTo(t, { protocol, port: receiver.port, ...tls });

      assert.deepStrictEqual(await kinds(sink, 1, 300), Array(300).fill('delivered'));

      await until(() => receiver.messages.length === 300);
      const expected = Array.from({ length: 300 }, (_, index) => index + 1);
      assert.deepStrictEqual(bodies(receiver.messages), expected);
      assert.equal(receiver.connections, 1);
    });
  }

  it('does not send to a server whose certificate it does not know', async (t) => {
    const receiver = await SyslogReceiver.start(t, localCertificate());
    const sink = sinkTo(t, { protocol: 'tls', port: receiver.port });

    await assert.rejects(sink.open(), { code: 'SINK_SYSLOG_FAILED' });
    assert.deepStrictEqual([await kinds(sink), receiver.messages], [['retry'], []]);
  });

  it('does not send to a server whose certificate is for another name', async (t) => {
    const certificate = localCertificate('DNS:other.example.org');
    const receiver = await SyslogReceiver.start(t, certificate);
    const tls = { ca: certificate.certFile };
    const sink = sinkTo(t, { protocol: 'tls', host: 'localhost', port: receiver.port, tls });

    assert.deepStrictEqual([await kinds(sink), receiver.messages], [['retry'], []]);
  });

  it('connects again after the receiver went away', async (t) => {
    const first = await SyslogReceiver.start(t);
    const { port } = first;
    const sink = sinkTo(t, { protocol: 'tcp', port });
    await kinds(sink, 1);
    await until(() => first.messages.length === 1);
    await first.stop();

    // Until the end of the connection is seen, a message may still be taken by the kernel.
    await untilRefused(sink, 2);
    const second = await SyslogReceiver.start(t, undefined, port);
    const outcome = await kinds(sink, 3);

    assert.deepStrictEqual(outcome, ['delivered']);
    await until(() => second.messages.length === 1);
    assert.deepStrictEqual(bodies(second.messages), [3]);
  });

  it('tries again later when the receiver takes nothing', async (t) => {
    const server = createServer((socket) => {
      socket.pause();
      t.after(() => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const sink = sinkTo(t, { protocol: 'tcp', port, timeout: '200ms' });
    const large = dispatches(1, 32, { body: JSON.stringify('x'.repeat(1_000_000)) });

    const outcomes = await sink.deliver(large);

    assert.deepStrictEqual([...new Set(outcomes.map(({ kind }) => kind))], ['retry']);
  });

  it('refuses a message that is too large, and sends the others', async (t) => {
    const receiver = await SyslogReceiver.start(t);
    const sink = sinkTo(t, { protocol: 'tcp', port: receiver.port, maxSize: '1KiB' });
    const large = dispatch(aMessage(2, { body: JSON.stringify('x'.repeat(1024)) }));

    const outcomes = await sink.deliver([...dispatches(1, 1), large, ...dispatches(3, 3)]);

    assert.deepStrictEqual(
      outcomes.map(({ kind }) => kind),
      ['delivered', 'rejected', 'delivered'],
    );
    await until(() => receiver.messages.length === 2);
    assert.deepStrictEqual(bodies(receiver.messages), [1, 3]);
  });

  it('keeps a message of several lines one message', async (t) => {
    const receiver = await SyslogReceiver.start(t);
    const format = { ...JSON_FORMAT, encode: () => 'one\n<34>1 - two' };
    const sink = sinkTo(t, { protocol: 'tcp', port: receiver.port }, format);

    await kinds(sink);

    await until(() => receiver.messages.length === 1);
    assert.ok(receiver.messages[0]?.endsWith('\ufeffone <34>1 - two'));
  });

  it('sends datagrams, each a message', async (t) => {
    const receiver = await datagramReceiver(t);
    const sink = sinkTo(t, { protocol: 'udp', port: receiver.port });

    assert.deepStrictEqual(await kinds(sink, 1, 3), Array(3).fill('delivered'));

    await until(() => receiver.messages.length === 3);
    assert.deepStrictEqual(bodies(receiver.messages), [1, 2, 3]);
  });

  it('notices that nobody takes its datagrams', async (t) => {
    const receiver = await SyslogReceiver.start(t);
    const { port } = receiver;
    await receiver.stop();
    const sink = sinkTo(t, { protocol: 'udp', port });

    await untilRefused(sink, 1);
  });

  it('sends nothing after it was closed', async (t) => {
    const receiver = await SyslogReceiver.start(t);
    const sink = sinkTo(t, { protocol: 'tcp', port: receiver.port });
    await sink.close();

    assert.deepStrictEqual([await kinds(sink), receiver.connections], [['retry'], 0]);
  });
});
