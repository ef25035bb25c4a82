/** Keys of the sections alerts and delivery, and of those who serve other programs. */
import { ALERT_LABELS } from '../../model/alert.ts';
import { MESSAGE_KINDS } from '../../model/delivery.ts';
import { FINDING_LEVELS } from '../../model/finding.ts';
import { METRICS_ADDRESS_HINT, parseMetricsAddress } from '../metrics-address.ts';
import type { ConfigKey } from './key.ts';
import type { TextProblem } from './key-types.ts';

const ALERTS = { section: 'alerts', isLive: true } as const;
const DELIVERY = { section: 'delivery' } as const;

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

const ALERT_KEYS: readonly ConfigKey[] = [
  {
    ...{ ...ALERTS, name: 'groupBy', flag: { value: 'LABEL' } },
    type: { kind: 'texts', choices: ALERT_LABELS },
    summary: 'what tells alerts of one rule apart (default: all but `pod`)',
  },
  {
    ...{ ...ALERTS, name: 'resendInterval', fallback: '4h' },
    type: { kind: 'duration', bounds: { min: SECOND, max: 30 * DAY } },
    summary: 'at the most one update per alert in this time, while more is found',
  },
  {
    ...{ ...ALERTS, name: 'resolveAfter', fallback: '1h' },
    type: { kind: 'duration', bounds: { min: SECOND, max: 30 * DAY } },
    summary: 'an alert is resolved when nothing more was found for this time',
  },
  {
    ...{ ...ALERTS, name: 'policies', type: { kind: 'texts' }, flag: { value: 'NAME' } },
    summary: 'policies whose events are alerts, besides those that say so themselves',
  },
  {
    ...{ ...ALERTS, name: 'tags', type: { kind: 'texts' }, flag: { value: 'TAG' } },
    summary: 'tags of hooks of policies whose events are alerts (default: `alert`)',
  },
  {
    ...{ ...ALERTS, name: 'policySeverity', fallback: 'high', flag: { value: 'LEVEL' } },
    type: { kind: 'text', choices: FINDING_LEVELS },
    summary: 'severity of alerts of policies that do not say one',
  },
];

const RATE_LIMITS_SCHEMA = {
  propertyNames: { enum: MESSAGE_KINDS },
  additionalProperties: {
    type: 'object',
    properties: { messages: { type: 'integer' }, per: { type: 'string' } },
    required: ['messages'],
    additionalProperties: false,
  },
};

const STORE_KEYS: readonly ConfigKey[] = [
  {
    ...{ ...DELIVERY, name: 'directory', type: { kind: 'path' }, flag: { value: 'DIR' } },
    fallback: '/var/lib/warder/delivery',
    summary: 'where messages wait until they are delivered',
  },
  {
    ...{ ...DELIVERY, name: 'spoolBytes', fallback: '256MiB' },
    type: { kind: 'bytes', bounds: { min: MIB, max: 1024 * GIB } },
    summary: 'room for events that wait; the oldest go first, telemetry before what matched',
  },
  {
    ...{ ...DELIVERY, name: 'storeBytes', fallback: '64MiB' },
    type: { kind: 'bytes', bounds: { min: MIB, max: 64 * GIB } },
    summary: 'room for alerts that wait, and as much for what is known of alerts',
  },
  {
    ...{ ...DELIVERY, name: 'age', fallback: '1d' },
    type: { kind: 'duration', bounds: { min: 60 * SECOND, max: 365 * DAY } },
    summary: 'events that are older are given up, and what is done is forgotten',
  },
];

const FLOW_KEYS: readonly ConfigKey[] = [
  {
    ...{ ...DELIVERY, name: 'redaction', isLive: true },
    type: { kind: 'tree', form: 'map', schema: {} },
    summary: 'what is taken out of messages before they are written anywhere',
  },
  {
    ...{ ...DELIVERY, name: 'rateLimits', isLive: true },
    type: { kind: 'tree', form: 'map', schema: RATE_LIMITS_SCHEMA },
    summary: 'by kind of message: how many `messages` of one rule go out `per` time',
  },
  {
    ...{ ...DELIVERY, name: 'sinks', isLive: true, hasSecrets: true },
    type: { kind: 'tree', form: 'list', schema: { items: { type: 'object' } } },
    summary: 'destinations, each with a `name`, a `type` and what that type takes',
  },
];

const GRPC_FILE = { section: 'grpc', type: { kind: 'path' } } as const;

const SERVING_KEYS: readonly ConfigKey[] = [
  {
    ...{ section: 'metrics', name: 'address', type: { kind: 'text', check: checkMetrics } },
    flag: { name: 'metrics-address', value: 'HOST:PORT' },
    summary: 'TCP address on which metrics are served to anybody who asks (default: none)',
  },
  {
    ...{ section: 'metrics', name: 'tetragonNames', type: { kind: 'flag' }, fallback: 'false' },
    flag: { name: 'metrics-tetragon-names' },
    summary: 'give metrics under the names of Tetragon too, for its dashboards',
  },
  {
    ...{ section: 'grpc', name: 'address', type: { kind: 'texts', acceptsOne: true } },
    flag: { name: 'grpc-address', value: 'ADDRESS' },
    summary: 'serve the gRPC API of Tetragon there: unix:///path, or HOST:PORT with certificates',
  },
  {
    ...{ ...GRPC_FILE, name: 'tlsCert', flag: { name: 'grpc-tls-cert', value: 'FILE' } },
    summary: 'certificate of that port, PEM',
  },
  {
    ...{ ...GRPC_FILE, name: 'tlsKey', flag: { name: 'grpc-tls-key', value: 'FILE' } },
    summary: 'its private key, PEM',
  },
  {
    ...{ ...GRPC_FILE, name: 'tlsClientCa', flag: { name: 'grpc-tls-client-ca', value: 'FILE' } },
    summary: 'clients of that port need a certificate of one of these',
  },
  {
    ...{ section: 'grpc', name: 'tetragonCompat', type: { kind: 'flag' }, fallback: 'false' },
    flag: { name: 'tetragon-compat' },
    summary: 'serve gRPC where `tetra` looks for it: /var/run/tetragon',
  },
];

function checkMetrics(text: string): TextProblem | undefined {
  if (parseMetricsAddress(text) !== undefined) return undefined;
  const message = `${JSON.stringify(text)} is no address`;
  return { message, hint: METRICS_ADDRESS_HINT };
}

export const DELIVERY_KEYS: readonly ConfigKey[] = [
  ...ALERT_KEYS,
  ...STORE_KEYS,
  ...FLOW_KEYS,
  ...SERVING_KEYS,
];
