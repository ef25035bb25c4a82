/** Every kind of destination that a configuration can name. */

import { ConfigPlace } from '../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../model/config-problem.ts';
import { FILE_TYPE } from './file/compile-file.ts';
import { NATS_TYPE } from './nats/compile-nats.ts';
import { OTLP_TYPE } from './otlp/compile-otlp.ts';
import type { SinkPlan, SinkSeams, SinkType } from './sink-type.ts';
import { STDOUT_TYPE } from './stdout/compile-stdout.ts';
import { SYSLOG_TYPE } from './syslog/compile-syslog.ts';
import { WEBHOOK_TYPE } from './webhook/compile-webhook.ts';

/** By the name of their type. */
export const SINKS: Readonly<Record<string, SinkType>> = {
  file: FILE_TYPE,
  nats: NATS_TYPE,
  otlp: OTLP_TYPE,
  stdout: STDOUT_TYPE,
  syslog: SYSLOG_TYPE,
  webhook: WEBHOOK_TYPE,
};

/** Reads the entry of a sink of any type. */
export function compileSink(
  value: unknown,
  path: ConfigPath,
  seams: SinkSeams,
): Compiled<SinkPlan> {
  const place = new ConfigPlace(value, path).required();
  if (place.isAbsent || !place.expectMap()) return { kind: 'refused', problems: place.problems };
  const type = place.at('type').required().oneOf(Object.keys(SINKS));
  const sink = type === undefined ? undefined : SINKS[type];
  if (sink === undefined) return { kind: 'refused', problems: place.problems };
  return sink.compile(value, path, seams);
}
