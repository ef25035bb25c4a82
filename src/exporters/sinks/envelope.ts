/** The envelope that messages of a sink are put into: that of CloudEvents, or none. */
import type { ConfigPlace } from '../../model/config-place.ts';
import type { OutboundMessage } from '../../model/delivery.ts';
import { STRUCTURED_TYPE, toBinary, toStructured } from '../formats/cloudevents/envelope.ts';
import type { MessageFormat } from './sink-type.ts';

/** `structured`: all in one JSON object. `binary`: headers beside the body of the format. */
const ENVELOPES = ['none', 'structured', 'binary'] as const;

export type Envelope = (typeof ENVELOPES)[number];

/** Types of sinks whose messages have headers; those of NATS always have these. */
const WITH_HEADERS: readonly string[] = ['nats', 'webhook'];

/** Reads `envelope` of the entry of a sink of this type. */
export function readEnvelope(place: ConfigPlace, type: unknown): Envelope {
  const envelope = place.oneOf(ENVELOPES) ?? 'none';
  if (envelope === 'binary' && typeof type === 'string' && !WITH_HEADERS.includes(type)) {
    const message = `messages of a sink of type ${type} have no headers for the envelope "binary"`;
    place.report('CONFIG_VALUE_INVALID', message, 'take "structured"');
  }
  return envelope;
}

/** Each message as a CloudEvent, around what the format makes of it. */
export function enveloped(format: MessageFormat, cluster: string): MessageFormat {
  return {
    name: `${format.name} in CloudEvents`,
    contentType: STRUCTURED_TYPE,
    encode: (message) => toStructured(message, format, cluster).body,
  };
}

/** What goes into headers; the content type is that of the format. */
export function envelopeHeaders(
  message: OutboundMessage,
  { contentType }: MessageFormat,
  cluster: string,
): Readonly<Record<string, string>> {
  const { headers } = toBinary(message, { contentType, encode: () => '' }, cluster);
  return Object.fromEntries(headers);
}
