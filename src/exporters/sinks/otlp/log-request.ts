/** Messages as log records of OpenTelemetry, written by its own SDK. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Dispatch } from '../../../model/delivery.ts';
import { assert } from '../../../model/errors.ts';
import type { FindingLevel } from '../../../model/finding.ts';
import type { MessageFormat } from '../sink-type.ts';

/** Whose logs they are. */
export interface LogSource {
  readonly node: string;
  /** Empty when it has no name. */
  readonly cluster: string;
  readonly version: string;
}

/** The body of a request, in the JSON of OTLP. */
export type LogRequestWriter = (dispatches: readonly Dispatch[], nowMs: number) => Uint8Array;

/** As the data model of logs has them: INFO, INFO2, WARN, ERROR and FATAL. */
const SEVERITIES: Readonly<Record<FindingLevel, number>> = {
  informational: 9,
  low: 10,
  medium: 13,
  high: 17,
  critical: 21,
};

/** Loads the SDK, which only those need who send to a collector. */
export async function createRequestWriter(
  source: LogSource,
  format: MessageFormat,
): Promise<LogRequestWriter> {
  const [{ JsonLogsSerializer }, { LoggerProvider }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/otlp-transformer'),
      import('@opentelemetry/sdk-logs'),
      import('@opentelemetry/resources'),
    ]);
  let records: ReadableLogRecord[] = [];
  const collector = {
    onEmit: (record: ReadableLogRecord) => {
      records.push(record);
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const resource = resourceFromAttributes(resourceAttributes(source));
  const provider = new LoggerProvider({ resource, processors: [collector] });
  const logger = provider.getLogger('warder', source.version);
  return (dispatches, nowMs) => {
    records = [];
    for (const dispatch of dispatches) logger.emit(recordOf(dispatch, { format, nowMs }));
    const request = JsonLogsSerializer.serializeRequest(records);
    assert(request !== undefined, 'log records become a request');
    return request;
  };
}

type Attributes = Readonly<Record<string, string>>;

function resourceAttributes({ node, cluster, version }: LogSource): Attributes {
  return given({
    'service.name': 'warder',
    'service.version': version,
    'host.name': node,
    'k8s.node.name': node,
    'k8s.cluster.name': cluster,
  });
}

/** Times are seconds and ns; a lone number would be taken for one since the start. */
type HrTime = [seconds: number, ns: number];

interface LogRecord {
  readonly timestamp: HrTime;
  readonly observedTimestamp: HrTime;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: string;
  readonly attributes: Attributes;
}

interface Writing {
  readonly format: MessageFormat;
  readonly nowMs: number;
}

function recordOf(
  { message, series, first, last }: Dispatch,
  { format, nowMs }: Writing,
): LogRecord {
  const { id, kind, severity, namespace, rule, timeMs } = message;
  return {
    timestamp: hrTime(timeMs),
    observedTimestamp: hrTime(nowMs),
    severityNumber: SEVERITIES[severity],
    severityText: severity,
    eventName: `warder.${kind}`,
    body: format.encode(message),
    attributes: given({
      'log.record.uid': id,
      'k8s.namespace.name': namespace,
      'warder.kind': kind,
      'warder.rule': rule,
      'warder.series': series,
      'warder.first': String(first),
      'warder.last': String(last),
    }),
  };
}

function given(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1_000_000)];
}
