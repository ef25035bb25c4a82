/** Reads the entry of a collector of OpenTelemetry from a configuration. */

import { ConfigPlace } from '../../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../../model/config-problem.ts';
import { CONNECTION_SCHEDULE } from '../../delivery/retry-schedule.ts';
import { SHARED_SINK_KEYS, type SinkPlan, type SinkSeams, type SinkType } from '../sink-type.ts';
import { compileTls } from '../tls/compile-tls.ts';
import { compileHeaders } from '../webhook/headers.ts';
import { OtlpSink } from './otlp-sink.ts';

const KEYS: readonly string[] = ['url', 'allowHttp', 'headers', 'tls', 'compression', 'timeout'];
const BATCH = { records: 256, bytes: 1024 * 1024 };
const TIMEOUT = { min: 100, max: 120_000 };
const TIMEOUT_MS = 10_000;
/** Of a URL without a path. */
const LOGS_PATH = '/v1/logs';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export const OTLP_TYPE: SinkType = { type: 'otlp', keys: KEYS, compile: compileOtlp };

function compileOtlp(value: unknown, path: ConfigPath, seams: SinkSeams): Compiled<SinkPlan> {
  const place = new ConfigPlace(value, path);
  place.expectKeys([...SHARED_SINK_KEYS, ...KEYS]);
  const { node, cluster, version, format, clock, logger } = seams;
  const compression = place.at('compression').oneOf(['gzip', 'none'] as const) ?? 'gzip';
  const allowsPlain = place.at('allowHttp').flag() ?? false;
  const options = {
    url: readUrl(place.at('url'), allowsPlain),
    headers: compileHeaders(place.at('headers'), seams.secrets),
    tls: compileTls(place.at('tls'), seams.secrets),
    isCompressed: compression === 'gzip',
    timeoutMs: place.at('timeout').durationMs(TIMEOUT) ?? TIMEOUT_MS,
    ...{ source: { node, cluster, version }, format, clock, logger },
  };
  return place.result(() => ({
    ...{ type: 'otlp', retry: CONNECTION_SCHEDULE, batch: BATCH },
    create: () => new OtlpSink(options),
  }));
}

/** `http` to this machine needs no permission: a collector beside the agent is usual. */
function readUrl(place: ConfigPlace, allowsPlain: boolean): string {
  const text = place.requiredText();
  if (text === '') return '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isHttp || url.username !== '' || url.password !== '') {
    const hint = 'as https://collector:4318; passwords go into "headers"';
    place.report('CONFIG_VALUE_INVALID', 'it is not an address of the web', hint);
    return '';
  }
  if (url.protocol === 'http:' && !allowsPlain && !LOOPBACK.test(url.hostname)) {
    const message = 'http to another machine can be read by anybody in between';
    place.report('CONFIG_VALUE_INVALID', message, 'use https, or set "allowHttp: true"');
  }
  if (url.pathname === '/') url.pathname = LOGS_PATH;
  return url.href;
}
