/** Entries of sinks in a configuration: what is right makes a sink, and every mistake is named. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { compileDestinations } from '../../../../src/exporters/delivery/compile-destination.ts';
import { SHARED_SINK_KEYS } from '../../../../src/exporters/sinks/sink-type.ts';
import { compileSink, SINKS } from '../../../../src/exporters/sinks/sinks.ts';
import { localCertificate } from '../../../support/certificates.ts';
import {
  compiledValue,
  DESTINATION_SEAMS,
  problemsOf,
  sinkSeams,
} from '../../../support/sink-seams.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const DIRECTORY = mkdtempSync(join(tmpdir(), 'warder-compile-'));
after(() => rmSync(DIRECTORY, { recursive: true, force: true }));

function aFile(name: string, text: string): string {
  const path = join(DIRECTORY, name);
  writeFileSync(path, text);
  return path;
}

const NO_PEM = aFile('no.pem', 'hello');
const SECRET_FILE = aFile('secret', `${SECRET}\n`);
const CREDS = aFile('creds', '-----BEGIN NATS USER JWT-----\nx\n-----BEGIN USER NKEY SEED-----\ny');
const { certFile, keyFile } = localCertificate();

const URL = 'https://hooks.example.org/x';

describe('A sink', () => {
  const good: readonly object[] = [
    { type: 'stdout' },
    { type: 'nats', servers: 'localhost:4222' },
    {
      ...{ type: 'nats', servers: ['nats://a:4222', 'tls://b'], prefix: 'a.b', streams: 'assume' },
      ...{ credentials: { creds: CREDS }, tls: { ca: certFile }, replicas: 3, ackTimeout: '2s' },
      retention: { alerts: { stream: 'A', maxAge: '90d', maxBytes: '10GiB' } },
    },
    { type: 'nats', servers: 'a', credentials: { user: 'u', password: { env: 'TOKEN' } } },
    { type: 'nats', servers: 'a', credentials: { nkey: 'SUAB2C3D4E5F6G7AAAAAAAAAAA' } },
    { type: 'webhook', url: URL, secrets: [SECRET] },
    {
      ...{ type: 'webhook', url: 'http://10.0.0.1/x', allowHttp: true, timeout: '3s' },
      ...{ secrets: [{ file: SECRET_FILE }, SECRET], allowedNetworks: ['10.0.0.0/8'] },
      headers: { authorization: { env: 'TOKEN' } },
      tls: { ca: certFile, cert: certFile, key: keyFile },
    },
    { type: 'file', path: '/var/log/warder/events.json' },
    {
      ...{ type: 'file', path: '/x.json', maxSize: '10MiB', maxAge: '1h', keep: 0 },
      ...{ compress: false, mode: '0640' },
    },
    { type: 'syslog', host: 'log.example.org' },
    {
      ...{ type: 'syslog', host: '::1', port: 1514, protocol: 'tls', tls: { ca: certFile } },
      ...{ facility: 'local3', appName: 'w', enterpriseId: 1, maxSize: '8KiB', timeout: '1s' },
    },
    { type: 'syslog', host: '10.0.0.1', protocol: 'udp' },
    { type: 'otlp', url: 'http://localhost:4318' },
    {
      ...{ type: 'otlp', url: 'http://collector:4318/x', allowHttp: true, timeout: '1s' },
      ...{ headers: { 'x-key': { env: 'TOKEN' } }, tls: { ca: certFile }, compression: 'none' },
    },
    { type: 'webhook', template: 'slack', url: { file: aFile('url', `${URL}\n`) } },
    { type: 'webhook', template: 'teams', url: URL },
    { type: 'webhook', template: 'pagerduty', routingKey: 'a'.repeat(32) },
    { type: 'webhook', template: 'alertmanager', url: URL, expireAfter: '2h' },
  ];
  for (const entry of good) {
    it(`is made of ${JSON.stringify(entry).replaceAll(DIRECTORY, '')}`, async () => {
      const plan = compiledValue(compileSink(entry, ['s'], sinkSeams()));

      await plan.create().close();
    });
  }

  const nats = { type: 'nats', servers: 'a' };
  const webhook = { type: 'webhook', url: URL, secrets: [SECRET] };
  const aLog = { type: 'file', path: '/var/log/x.json' };
  const bad: readonly (readonly [unknown, readonly string[]])[] = [
    [undefined, ['s: CONFIG_KEY_MISSING']],
    ['webhook', ['s: CONFIG_TYPE_MISMATCH']],
    [{}, ['s.type: CONFIG_KEY_MISSING']],
    [{ type: 'webhok' }, ['s.type: CONFIG_VALUE_UNKNOWN']],
    [{ type: 'constructor' }, ['s.type: CONFIG_VALUE_UNKNOWN']],
    [{ type: 'nats' }, ['s.servers: CONFIG_KEY_MISSING']],
    [{ type: 'nats', servers: [] }, ['s.servers: CONFIG_VALUE_RANGE']],
    [{ type: 'nats', servers: ['http://a', 'u:p@b'] }, ['s.servers.0', 's.servers.1'].map(invalid)],
    [
      { ...nats, server: 'a', replicas: 9 },
      ['s.server: CONFIG_KEY_UNKNOWN', 's.replicas: CONFIG_VALUE_RANGE'],
    ],
    [{ ...nats, credentials: { token: 'a', creds: CREDS } }, ['s.credentials'].map(invalid)],
    [{ ...nats, credentials: { user: 'a' } }, ['s.credentials.password: CONFIG_KEY_MISSING']],
    [{ ...nats, credentials: { nkey: 'UABC' } }, ['s.credentials.nkey'].map(invalid)],
    [{ ...nats, credentials: { creds: NO_PEM } }, ['s.credentials.creds'].map(invalid)],
    [{ ...nats, tls: { ca: '/none' } }, ['s.tls.ca: CONFIG_SECRET_UNREADABLE']],
    [{ ...nats, tls: { ca: NO_PEM } }, ['s.tls.ca'].map(invalid)],
    [{ ...nats, tls: { cert: certFile } }, ['s.tls'].map(invalid)],
    [{ ...nats, tls: { cert: NO_PEM, key: keyFile } }, ['s.tls.cert'].map(invalid)],
    [{ ...nats, prefix: 'a.*' }, ['s.prefix'].map(invalid)],
    [{ ...nats, streams: 'make' }, ['s.streams: CONFIG_VALUE_UNKNOWN']],
    [{ ...nats, retention: { alert: {} } }, ['s.retention.alert: CONFIG_KEY_UNKNOWN']],
    [{ type: 'webhook' }, ['s.url: CONFIG_KEY_MISSING', 's.secrets: CONFIG_KEY_MISSING']],
    [{ ...webhook, url: 'http://a' }, ['s.url: SINK_TARGET_INVALID']],
    [{ ...webhook, url: 'https://10.0.0.1/' }, ['s.url: SINK_TARGET_FORBIDDEN']],
    [{ ...webhook, secrets: [] }, ['s.secrets: CONFIG_VALUE_RANGE']],
    [{ ...webhook, secrets: ['hunter2'] }, ['s.secrets.0: SINK_SECRET_INVALID']],
    [{ ...webhook, allowedNetworks: ['10.0.0.0'] }, ['s.allowedNetworks.0: SINK_TARGET_INVALID']],
    [{ ...webhook, headers: { Host: 'a' } }, ['s.headers.Host'].map(invalid)],
    [{ ...webhook, headers: { 'x y': 'a' } }, ['s.headers.x y'].map(invalid)],
    [{ ...webhook, headers: { x: 'a\r\ny: b' } }, ['s.headers.x'].map(invalid)],
    [{ ...webhook, template: 'slak' }, ['s.template: CONFIG_VALUE_UNKNOWN']],
    [{ ...webhook, routingKey: 'a' }, ['s.routingKey'].map(invalid)],
    [{ type: 'webhook', template: 'pagerduty' }, ['s.routingKey: CONFIG_KEY_MISSING']],
    [{ type: 'webhook', template: 'pagerduty', routingKey: 'x' }, ['s.routingKey'].map(invalid)],
    [{ type: 'file' }, ['s.path: CONFIG_KEY_MISSING']],
    [{ type: 'file', path: 'x.json' }, ['s.path'].map(invalid)],
    [{ ...aLog, mode: 600 }, ['s.mode: CONFIG_TYPE_MISMATCH']],
    [{ ...aLog, mode: '0400' }, ['s.mode'].map(invalid)],
    [{ ...aLog, mode: '0999' }, ['s.mode'].map(invalid)],
    [
      { ...aLog, maxSize: '1KiB', maxAge: '1s', keep: -1 },
      ['maxSize', 'maxAge', 'keep'].map((key) => `s.${key}: CONFIG_VALUE_RANGE`),
    ],
    [{ type: 'syslog' }, ['s.host: CONFIG_KEY_MISSING']],
    [{ type: 'syslog', host: 'a:514' }, ['s.host'].map(invalid)],
    [{ type: 'syslog', host: 'a', protocol: 'tpc' }, ['s.protocol: CONFIG_VALUE_UNKNOWN']],
    [{ type: 'syslog', host: 'a', protocol: 'udp', tls: {} }, ['s.tls'].map(invalid)],
    [
      { type: 'syslog', host: 'a', protocol: 'udp', maxSize: '1MiB' },
      ['s.maxSize: CONFIG_VALUE_RANGE'],
    ],
    [{ type: 'syslog', host: 'a', facility: 'local8' }, ['s.facility: CONFIG_VALUE_UNKNOWN']],
    [
      { type: 'syslog', host: 'a', appName: 'a b', port: 0 },
      ['s.port: CONFIG_VALUE_RANGE', invalid('s.appName')],
    ],
    [{ type: 'otlp' }, ['s.url: CONFIG_KEY_MISSING']],
    [{ type: 'otlp', url: 'collector:4318' }, ['s.url'].map(invalid)],
    [{ type: 'otlp', url: 'http://collector:4318' }, ['s.url'].map(invalid)],
    [{ type: 'otlp', url: 'https://u:p@collector' }, ['s.url'].map(invalid)],
    [
      { type: 'otlp', url: 'https://a', compression: 'zip' },
      ['s.compression: CONFIG_VALUE_UNKNOWN'],
    ],
    [{ type: 'stdout', path: '/x' }, ['s.path: CONFIG_KEY_UNKNOWN']],
  ];
  for (const [entry, expected] of bad) {
    it(`is refused: ${JSON.stringify(entry)?.replaceAll(DIRECTORY, '')}`, () =>
      assert.deepStrictEqual(problemsOf(compileSink(entry, ['s'], sinkSeams())), expected));
  }

  it('is never refused with the secret in the message', () => {
    const entry = { ...webhook, secrets: ['hunter2'], headers: { x: 'hunter2\n' } };
    const compiled = compileSink({ ...entry, url: 'http://hunter2' }, ['s'], sinkSeams());

    assert.equal(JSON.stringify(compiled).includes('hunter2'), false);
  });

  it('needs a standard output to write to', () => {
    const seams = sinkSeams({ writeChunk: undefined });

    assert.deepStrictEqual(problemsOf(compileSink({ type: 'stdout' }, ['s'], seams)), [
      's.type: CONFIG_VALUE_INVALID',
    ]);
  });
});

describe('SINKS', () => {
  it('are under the names of their types, with keys of their own', () => {
    assert.deepStrictEqual(
      Object.values(SINKS).map(({ type }) => type),
      Object.keys(SINKS),
    );
    for (const { keys } of Object.values(SINKS)) {
      assert.deepStrictEqual(
        keys.filter((key) => SHARED_SINK_KEYS.includes(key)),
        [],
      );
    }
  });
});

describe('A list of sinks', () => {
  const compile = (value: unknown): ReturnType<typeof compileDestinations> =>
    compileDestinations(value, ['sinks'], DESTINATION_SEAMS);

  it('makes destinations', async () => {
    const plans = compiledValue(
      compile([
        { name: 'out', type: 'stdout', route: { kinds: ['alert'], severity: 'high' } },
        { name: 'chat', type: 'webhook', url: URL, secrets: [SECRET], filter: { condition: 'x' } },
      ]),
    );
    const destinations = plans.map((plan) => plan.create());

    assert.deepStrictEqual(
      destinations.map(({ name, route, filter }) => [
        name,
        route.severityMin,
        filter === undefined,
      ]),
      [
        ['out', 'high', true],
        ['chat', undefined, false],
      ],
    );
    for (const { sink } of destinations) await sink.close();
  });

  const bad: readonly (readonly [unknown, readonly string[]])[] = [
    [{}, ['sinks: CONFIG_TYPE_MISMATCH']],
    [[null], ['sinks.0: CONFIG_KEY_MISSING']],
    [['a'], ['sinks.0: CONFIG_TYPE_MISMATCH']],
    [[{ type: 'stdout' }], ['sinks.0.name: CONFIG_KEY_MISSING']],
    [[{ name: '../x', type: 'stdout' }], ['sinks.0.name: CONFIG_VALUE_INVALID']],
    [
      [
        { name: 'a', type: 'stdout' },
        { name: 'a', type: 'stdout' },
      ],
      ['sinks.1.name: CONFIG_VALUE_INVALID'],
    ],
    [[{ name: 'a', type: 'stdout', format: 'cefs' }], ['sinks.0.format: CONFIG_VALUE_UNKNOWN']],
    [
      [{ name: 'a', type: 'stdou', route: { kind: [] }, filter: { allow: [{}] } }],
      [
        'sinks.0.type: CONFIG_VALUE_UNKNOWN',
        'sinks.0.route.kind: CONFIG_KEY_UNKNOWN',
        'sinks.0.filter.allow.0: CONFIG_VALUE_INVALID',
      ],
    ],
    [
      [{ name: 'a', type: 'stdout', route: { kinds: ['alerts'], severity: 'hihg' } }],
      ['sinks.0.route.kinds.0', 'sinks.0.route.severity'].map(
        (at) => `${at}: CONFIG_VALUE_UNKNOWN`,
      ),
    ],
  ];
  for (const [value, expected] of bad) {
    it(`is refused: ${JSON.stringify(value)}`, () =>
      assert.deepStrictEqual(problemsOf(compile(value)), expected));
  }
});

function invalid(path: string): string {
  return `${path}: CONFIG_VALUE_INVALID`;
}
