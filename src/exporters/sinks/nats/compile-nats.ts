/** Reads the entry of a sink of NATS from a configuration. */

import { ConfigPlace, type SecretSource } from '../../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../../model/config-problem.ts';
import { CONNECTION_SCHEDULE } from '../../delivery/retry-schedule.ts';
import { SHARED_SINK_KEYS, type SinkPlan, type SinkSeams, type SinkType } from '../sink-type.ts';
import { compileTls } from '../tls/compile-tls.ts';
import { NatsSink } from './nats-sink.ts';
import type { NatsCredentials } from './options.ts';
import { DEFAULT_STREAMS, type StreamPlan } from './streams.ts';

const KEYS: readonly string[] = [
  ...['servers', 'credentials', 'tls', 'prefix', 'streams', 'retention', 'replicas', 'ackTimeout'],
];
const BATCH = { records: 256, bytes: 1024 * 1024 };
const SERVERS_MAX = 16;
const ACK_TIMEOUT = { min: 100, max: 60_000 };
const REPLICAS = { min: 1, max: 5 };
const AGE = { min: 60_000, max: 3650 * 86_400_000 };
const STREAM_BYTES = { min: 1024 * 1024, max: 1024 ** 5 };

/** The parts of `retention`, in the order of DEFAULT_STREAMS. */
const STREAM_KEYS: readonly string[] = ['alerts', 'events', 'health'];

export const NATS_TYPE: SinkType = { type: 'nats', keys: KEYS, compile: compileNats };

function compileNats(value: unknown, path: ConfigPath, seams: SinkSeams): Compiled<SinkPlan> {
  const place = new ConfigPlace(value, path);
  place.expectKeys([...SHARED_SINK_KEYS, ...KEYS]);
  const servers = readServers(place.at('servers'));
  const credentials = readCredentials(place.at('credentials'), seams.secrets);
  const tls = compileTls(place.at('tls'), seams.secrets);
  const options = {
    server: { servers, credentials, tls, name: `warder/${seams.node}` },
    cluster: seams.cluster,
    prefix: readPrefix(place.at('prefix')),
    streams: place.at('streams').oneOf(['ensure', 'assume'] as const) ?? 'ensure',
    plans: readPlans(place.at('retention')),
    replicas: place.at('replicas').integer(REPLICAS),
    ackTimeoutMs: place.at('ackTimeout').durationMs(ACK_TIMEOUT),
    format: seams.format,
  };
  return place.result(() => ({
    ...{ type: 'nats', retry: CONNECTION_SCHEDULE, batch: BATCH },
    create: () => new NatsSink(options),
  }));
}

function readServers(place: ConfigPlace): readonly string[] {
  const isOne = typeof place.value === 'string';
  const places = isOne ? [place] : place.required().items();
  if (places.length > SERVERS_MAX || (places.length === 0 && Array.isArray(place.value))) {
    place.report('CONFIG_VALUE_RANGE', `1 to ${SERVERS_MAX} servers are needed`);
  }
  return places.map((one) => {
    const text = one.requiredText();
    if (text !== '' && !isServer(text)) {
      const message = 'it is neither host:port nor nats://host:port';
      one.report('CONFIG_VALUE_INVALID', message, 'users and passwords go into "credentials"');
    }
    return text;
  });
}

function isServer(text: string): boolean {
  const full = text.includes('://') ? text : `nats://${text}`;
  if (!URL.canParse(full)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(full);
  const isPlain = [username, password, search, hash].every((part) => part === '');
  const hasNoPath = pathname === '' || pathname === '/';
  return ['nats:', 'tls:'].includes(protocol) && hostname !== '' && isPlain && hasNoPath;
}

function readCredentials(place: ConfigPlace, source: SecretSource): NatsCredentials {
  place.expectKeys(['token', 'user', 'password', 'nkey', 'creds']);
  const secretOf = (key: string): string => place.at(key).secret(source) ?? '';
  const ways = [['token'], ['user', 'password'], ['nkey'], ['creds']];
  const given = ways.filter((keys) => keys.some((key) => !place.at(key).isAbsent));
  if (given.length > 1) {
    const names = given.map((keys) => keys.join(' and ')).join(', ');
    place.report('CONFIG_VALUE_INVALID', `${names} exclude each other`);
  }
  switch (given[0]?.[0]) {
    case 'token':
      return { kind: 'token', token: secretOf('token') };
    case 'user': {
      place.at('password').required();
      const user = place.at('user').requiredText();
      return { kind: 'password', user, password: secretOf('password') };
    }
    case 'nkey':
      return { kind: 'nkey', seed: readSeed(place.at('nkey'), source) };
    case 'creds':
      return { kind: 'creds', text: readCreds(place.at('creds'), source) };
    default:
      return { kind: 'none' };
  }
}

function readSeed(place: ConfigPlace, source: SecretSource): string {
  const seed = place.secret(source)?.trim();
  if (seed !== undefined && !/^S[A-Z][A-Z2-7]{10,120}$/.test(seed)) {
    place.report('CONFIG_VALUE_INVALID', 'it is not the seed of an NKey, which begins with SU');
  }
  return seed ?? '';
}

/** A path may also be given as it is: that is how others name such files. */
function readCreds(place: ConfigPlace, source: SecretSource): string {
  const isPath = typeof place.value === 'string';
  const text = isPath ? place.fileText(source) : place.secret(source);
  if (text !== undefined && !(text.includes('-----BEGIN NATS USER JWT') && text.includes('SEED'))) {
    place.report('CONFIG_VALUE_INVALID', 'it is not a file of credentials as nsc writes it');
  }
  return text ?? '';
}

function readPrefix(place: ConfigPlace): string | undefined {
  const prefix = place.text();
  if (prefix === undefined || /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(prefix)) return prefix;
  return place.report('CONFIG_VALUE_INVALID', 'a prefix is words with full stops between them');
}

function readPlans(place: ConfigPlace): readonly StreamPlan[] {
  place.expectKeys(STREAM_KEYS);
  return DEFAULT_STREAMS.map((plan, index) => {
    const stream = place.at(STREAM_KEYS[index] ?? '');
    stream.expectKeys(['stream', 'maxAge', 'maxBytes']);
    const name = stream.at('stream').text() ?? plan.name;
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      stream
        .at('stream')
        .report('CONFIG_VALUE_INVALID', 'a stream has a name of A-Z, a-z, 0-9, _, -');
    }
    return {
      ...plan,
      name,
      maxAgeMs: stream.at('maxAge').durationMs(AGE) ?? plan.maxAgeMs,
      maxBytes: stream.at('maxBytes').bytes(STREAM_BYTES) ?? plan.maxBytes,
    };
  });
}
