/** The exporters: events to text, and text to where it is read. */
export { AlertBook, type AlertCounts, type AlertSettings } from './alerts/alert-book.ts';
export {
  type Occurrence,
  type OccurrenceContext,
  occurrenceOfEvent,
  occurrenceOfFinding,
} from './alerts/occurrence.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  compileDestinations,
  type DestinationPlan,
  type DestinationSeams,
} from './delivery/compile-destination.ts';
export {
  type Delivery,
  type DeliveryOptions,
  openDelivery,
  type PublishedAlert,
} from './delivery/delivery.ts';
export type { Destination } from './delivery/destinations.ts';
export type { RetrySchedule } from './delivery/retry-schedule.ts';
export { CONNECTION_SCHEDULE, WEBHOOK_SCHEDULE } from './delivery/retry-schedule.ts';
export type { DeliverySink } from './delivery-sink.ts';
export { EXPORT_ERRORS } from './errors.ts';
export { type Enveloped, toBinary, toStructured } from './formats/cloudevents/envelope.ts';
export { formatCompact } from './formats/compact/format-compact.ts';
export { type FindingContext, toJsonFinding } from './formats/finding-json/encode-finding.ts';
export { type ResponseContext, toJsonResponse } from './formats/finding-json/encode-response.ts';
export { formatFinding } from './formats/finding-json/format-finding.ts';
export type { Format, FormatName } from './formats/format.ts';
export { FORMATS, isFormatName } from './formats/formats.ts';
export { decodeLine } from './formats/tetragon-json/decode-line.ts';
export { type EncodeContext, toJsonEvent } from './formats/tetragon-json/encode-event.ts';
export { EventEncoder } from './formats/tetragon-json/event-encoder.ts';
export { RequestQueue } from './requests/request-sender.ts';
export type { Sink } from './sink.ts';
export { consumeStream } from './sinks/nats/consume/consume-stream.ts';
export { NatsSink, type NatsSinkOptions } from './sinks/nats/nats-sink.ts';
export type { NatsCredentials, NatsServer, NatsTls } from './sinks/nats/options.ts';
export type { MessageFormat, SinkSeams } from './sinks/sink-type.ts';
export { SINKS } from './sinks/sinks.ts';
export {
  WEBHOOK_BATCH,
  type WebhookOptions,
  WebhookSink,
} from './sinks/webhook/webhook-sink.ts';
export { compileRateLimits, compileRedaction, type RateLimits } from './stages/compile-stages.ts';
export type { FilterSeams, MessageCondition, TextPattern } from './stages/filter/filter-seams.ts';
export { type ChunkWriter, StdoutSink } from './stdout/stdout-sink.ts';
