/** The sink of OTLP against a real server: what it reads, and what its answers mean. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { describe, it, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { DeliverySink } from '../../src/exporters/delivery-sink.ts';
import { compileSink } from '../../src/exporters/sinks/sinks.ts';
import type { DeliveryOutcome } from '../../src/model/delivery.ts';
import { silentLogger } from '../../src/model/log.ts';
import { localCertificate } from '../support/certificates.ts';
import { dispatch, dispatches } from '../support/dispatches.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { aMessage } from '../support/messages.ts';
import { compiledValue, sinkSeams } from '../support/sink-seams.ts';

interface CollectorAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Collected {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly records: readonly Record<string, unknown>[];
  readonly request: { readonly resourceLogs: readonly Record<string, unknown>[] };
}

class Collector {
  readonly requests: Collected[] = [];
  port = 0;
  answer: (records: readonly Record<string, unknown>[]) => CollectorAnswer = () => ({
    status: 200,
    body: '{}',
  });

  static async start(t: TestContext, isSecure = false): Promise<Collector> {
    const collector = new Collector();
    const serve: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const { status, headers = {}, body = '' } = collector.#take(request, chunks);
        response.writeHead(status, headers).end(body);
      });
    };
    const { cert, key } = isSecure ? localCertificate() : { cert: '', key: '' };
    const server = isSecure ? createSecure({ cert, key }, serve) : createServer(serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    collector.port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    return collector;
  }

  #take(request: Parameters<RequestListener>[0], chunks: readonly Buffer[]): CollectorAnswer {
    const bytes = Buffer.concat(chunks);
    const isGzip = request.headers['content-encoding'] === 'gzip';
    const parsed = JSON.parse((isGzip ? gunzipSync(bytes) : bytes).toString('utf8'));
    const records = parsed.resourceLogs[0].scopeLogs[0].logRecords;
    const { url: path = '', headers } = request;
    this.requests.push({ path, headers, records, request: parsed });
    return this.answer(records);
  }
}

function sinkTo(t: TestContext, collector: Collector, entry: object = {}): DeliverySink {
  const value = {
    type: 'otlp',
    url: `http://127.0.0.1:${collector.port}`,
    timeout: '2s',
    ...entry,
  };
  const clock = new FakeClock();
  const sink = compiledValue(compileSink(value, [], sinkSeams({ clock }))).create();
  t.after(() => sink.close());
  return sink;
}

function kindsOf(outcomes: readonly DeliveryOutcome[]): readonly string[] {
  return outcomes.map(({ kind }) => kind);
}

const ALERT = { kind: 'alert', severity: 'critical' } as const;

describe('OtlpSink', () => {
  it('sends log records as the data model has them', async (t) => {
    const collector = await Collector.start(t);
    const message = aMessage(1, { ...ALERT, rule: 'r-1' });

    const outcomes = await sinkTo(t, collector).deliver([dispatch(message, 5)]);

    const [{ path, headers, request } = assert.fail()] = collector.requests;
    const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
    assert.deepStrictEqual(
      [kindsOf(outcomes), path, headers['content-type'], headers['content-encoding']],
      [['delivered'], '/v1/logs', 'application/json', 'gzip'],
    );
    const record = {
      timeUnixNano: '1800000000001000000',
      observedTimeUnixNano: '1800000000000000000',
      severityNumber: 21,
      severityText: 'critical',
      eventName: 'warder.alert',
      body: { stringValue: message.body },
      attributes: [
        text('log.record.uid', 'node-1/boot-1/1'),
        text('k8s.namespace.name', 'shop'),
        text('warder.kind', 'alert'),
        text('warder.rule', 'r-1'),
        text('warder.series', 'series/matched'),
        text('warder.first', '5'),
        text('warder.last', '5'),
      ],
      droppedAttributesCount: 0,
    };
    const resource = {
      attributes: [
        text('service.name', 'warder'),
        text('service.version', '0.1.0'),
        text('host.name', 'node-1'),
        text('k8s.node.name', 'node-1'),
        text('k8s.cluster.name', 'prod'),
      ],
      droppedAttributesCount: 0,
    };
    const scope = { name: 'warder', version: '0.1.0' };
    assert.deepStrictEqual(request, {
      resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [record] }] }],
    });
  });

  it('sends events together and alerts alone', async (t) => {
    const collector = await Collector.start(t);

    await sinkTo(t, collector).deliver([...dispatches(1, 3), ...dispatches(4, 5, ALERT)]);

    const sizes = collector.requests.map(({ records }) => records.length);
    assert.deepStrictEqual(sizes.sort(), [1, 1, 3]);
  });

  it('adds headers, and leaves bytes as they are when it is told so', async (t) => {
    const collector = await Collector.start(t);
    const sink = sinkTo(t, collector, {
      headers: { 'X-Key': { env: 'TOKEN' } },
      compression: 'none',
    });

    await sink.deliver(dispatches(1, 1));

    const [{ headers } = assert.fail()] = collector.requests;
    assert.deepStrictEqual([headers['x-key'], headers['content-encoding']], ['a-token', undefined]);
  });

  it('checks certificates', async (t) => {
    const collector = await Collector.start(t, true);
    const url = `https://localhost:${collector.port}`;
    const tls = { ca: localCertificate().certFile };

    const known = await sinkTo(t, collector, { url, tls }).deliver(dispatches(1, 1));
    const unknown = await sinkTo(t, collector, { url }).deliver(dispatches(2, 2));

    assert.deepStrictEqual([...kindsOf(known), ...kindsOf(unknown)], ['delivered', 'retry']);
    assert.equal(collector.requests.length, 1);
  });

  const answers: readonly (readonly [CollectorAnswer, string])[] = [
    [{ status: 200 }, 'delivered'],
    [{ status: 200, body: 'not JSON' }, 'delivered'],
    [{ status: 200, body: '{"partialSuccess":{"errorMessage":"slow down"}}' }, 'delivered'],
    [{ status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"1"}}' }, 'rejected'],
    [{ status: 400 }, 'rejected'],
    [{ status: 413 }, 'rejected'],
    [{ status: 401 }, 'retry'],
    [{ status: 404 }, 'retry'],
    [{ status: 410 }, 'retry'],
    [{ status: 302, headers: { location: '/' } }, 'retry'],
    [{ status: 429, headers: { 'retry-after': '30' } }, 'retry'],
    [{ status: 503 }, 'retry'],
  ];
  for (const [answer, expected] of answers) {
    it(`takes ${JSON.stringify(answer)} for ${expected}`, async (t) => {
      const collector = await Collector.start(t);
      collector.answer = () => answer;

      const outcomes = await sinkTo(t, collector).deliver(dispatches(1, 1));

      assert.deepStrictEqual(kindsOf(outcomes), [expected]);
    });
  }

  it('waits as long as a collector says', async (t) => {
    const collector = await Collector.start(t);
    collector.answer = () => ({ status: 503, headers: { 'retry-after': '30' } });

    const [outcome] = await sinkTo(t, collector).deliver(dispatches(1, 1));

    assert.deepStrictEqual(outcome, { kind: 'retry', reason: 'status 503', afterMs: 30_000 });
  });

  it('finds the record that is refused, and sends the others', async (t) => {
    const collector = await Collector.start(t);
    collector.answer = (records) => {
      const isBad = JSON.stringify(records).includes('node-1/boot-1/4"');
      return { status: isBad ? 400 : 200 };
    };

    const outcomes = await sinkTo(t, collector).deliver(dispatches(1, 7));

    const expected = Array(7).fill('delivered').with(3, 'rejected');
    assert.deepStrictEqual(kindsOf(outcomes), expected);
  });

  it('sends nothing again of a request that was taken in part, and says so', async (t) => {
    const collector = await Collector.start(t);
    const body = '{"partialSuccess":{"rejectedLogRecords":2,"errorMessage":"too old"}}';
    collector.answer = () => ({ status: 200, body });
    const said: unknown[] = [];
    const logger = { ...silentLogger, warn: (fields: object) => said.push(fields) };
    const url = `http://127.0.0.1:${collector.port}`;
    const compiled = compileSink({ type: 'otlp', url }, [], sinkSeams({ logger }));
    const sink = compiledValue(compiled).create();
    t.after(() => sink.close());

    const outcomes = await sink.deliver(dispatches(1, 3));

    assert.deepStrictEqual(kindsOf(outcomes), Array(3).fill('delivered'));
    assert.deepStrictEqual(said, [{ code: 'SINK_RECORDS_REFUSED', refused: 2 }]);
    assert.equal(collector.requests.length, 1);
  });

  it('tries later when nobody listens', async (t) => {
    const collector = await Collector.start(t);
    const sink = sinkTo(t, collector, { url: 'http://127.0.0.1:1' });

    assert.deepStrictEqual(kindsOf(await sink.deliver(dispatches(1, 2))), ['retry', 'retry']);
  });
});
