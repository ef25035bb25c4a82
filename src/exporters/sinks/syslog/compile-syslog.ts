/** Reads the entry of a receiver of syslog from a configuration. */
import { isIP } from 'node:net';
import { ConfigPlace } from '../../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../../model/config-problem.ts';
import { CONNECTION_SCHEDULE } from '../../delivery/retry-schedule.ts';
import { SHARED_SINK_KEYS, type SinkPlan, type SinkSeams, type SinkType } from '../sink-type.ts';
import { compileTls, type TlsFiles } from '../tls/compile-tls.ts';
import { DatagramTransport } from './datagram-transport.ts';
import { StreamTransport } from './stream-transport.ts';
import { FACILITIES } from './syslog-message.ts';
import { SyslogSink, type SyslogSinkOptions } from './syslog-sink.ts';

const KEYS: readonly string[] = [
  ...['host', 'port', 'protocol', 'tls', 'timeout'],
  ...['facility', 'appName', 'enterpriseId', 'maxSize'],
];
const BATCH = { records: 256, bytes: 512 * 1024 };
const PROTOCOLS = ['tls', 'tcp', 'udp'] as const;
const PORTS = { tls: 6514, tcp: 601, udp: 514 } as const;
const PORT = { min: 1, max: 65_535 };
const TIMEOUT = { min: 100, max: 120_000 };
const TIMEOUT_MS = 15_000;
/** Every receiver has to take the least of these; UDP takes no more than the other. */
const SIZE = { min: 480, max: 64 * 1024 * 1024 };
const DATAGRAM_MAX = 65_000;
const STREAM_MAX = 1024 * 1024;
/** Reserved for documentation; a number of one's own is better. */
const ENTERPRISE = 32_473;

export const SYSLOG_TYPE: SinkType = { type: 'syslog', keys: KEYS, compile: compileSyslog };

function compileSyslog(value: unknown, path: ConfigPath, seams: SinkSeams): Compiled<SinkPlan> {
  const place = new ConfigPlace(value, path);
  place.expectKeys([...SHARED_SINK_KEYS, ...KEYS]);
  const protocol = place.at('protocol').oneOf(PROTOCOLS) ?? 'tls';
  const tls = compileTls(place.at('tls'), seams.secrets);
  if (protocol !== 'tls' && !place.at('tls').isAbsent) {
    place.at('tls').report('CONFIG_VALUE_INVALID', `"tls" does not go with ${protocol}`);
  }
  const isDatagram = protocol === 'udp';
  const sizes = isDatagram ? { min: SIZE.min, max: DATAGRAM_MAX } : SIZE;
  const target = {
    host: readHost(place.at('host')),
    port: place.at('port').integer(PORT) ?? PORTS[protocol],
    tls: protocol === 'tls' ? (tls ?? {}) : undefined,
    timeoutMs: place.at('timeout').durationMs(TIMEOUT) ?? TIMEOUT_MS,
  };
  const options = {
    head: readHead(place, seams),
    transport: transportOf(target, isDatagram),
    bytesMax: place.at('maxSize').bytes(sizes) ?? (isDatagram ? DATAGRAM_MAX : STREAM_MAX),
    format: seams.format,
  };
  return place.result(() => ({
    ...{ type: 'syslog', retry: CONNECTION_SCHEDULE, batch: BATCH },
    create: () => new SyslogSink(options),
  }));
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  readonly timeoutMs: number;
}

function transportOf(target: Target, isDatagram: boolean): SyslogSinkOptions['transport'] {
  if (isDatagram) return { isFramed: false, create: () => new DatagramTransport(target) };
  return { isFramed: true, create: () => new StreamTransport(target) };
}

function readHost(place: ConfigPlace): string {
  const host = place.requiredText();
  const isName = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252})$/.test(host);
  if (host !== '' && !isName && isIP(host) === 0) {
    place.report(
      'CONFIG_VALUE_INVALID',
      'it is neither a name nor an address',
      'the port goes into "port"',
    );
  }
  return host;
}

function readHead(place: ConfigPlace, { node }: SinkSeams): SyslogSinkOptions['head'] {
  const appName = place.at('appName').text() ?? 'warder';
  if (!/^[!-~]{1,48}$/.test(appName)) {
    const message = 'a name has 1 to 48 printable characters of ASCII, and no spaces';
    place.at('appName').report('CONFIG_VALUE_INVALID', message);
  }
  return {
    facility: place.at('facility').oneOf(FACILITIES) ?? 'authpriv',
    host: node,
    appName,
    procId: String(process.pid),
    enterprise: place.at('enterpriseId').integer({ min: 1, max: 2 ** 32 - 1 }) ?? ENTERPRISE,
  };
}
