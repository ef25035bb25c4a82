/** Messages of any format in the envelope of CloudEvents: https://cloudevents.io */
import type { OutboundMessage } from '../../../model/delivery.ts';
import type { Format } from '../format.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import { percentEncode } from './percent-encoding.ts';

export type Header = readonly [name: string, value: string];

/** What is sent: for HTTP and NATS alike. */
export interface Enveloped {
  readonly headers: readonly Header[];
  readonly body: string;
}

/** What of a format an envelope needs. */
export type Content = Pick<Format, 'contentType' | 'encode'>;

export const STRUCTURED_TYPE = 'application/cloudevents+json; charset=utf-8';

/** Attributes as headers `ce-…`. */
export function attributeHeaders(attributes: Attributes): readonly Header[] {
  return Object.entries(attributes).map(([name, text]) => [`ce-${name}`, percentEncode(text)]);
}

/** Binary mode: the body is as the format has it, and the attributes are headers. */
export function toBinary(message: OutboundMessage, format: Content, cluster: string): Enveloped {
  return {
    headers: [
      ['content-type', format.contentType],
      ...attributeHeaders(attributesOf(message, cluster)),
    ],
    body: format.encode(message),
  };
}

/** Structured mode: all in one JSON object; text that is no JSON is a string in it. */
export function toStructured(
  message: OutboundMessage,
  format: Content,
  cluster: string,
): Enveloped {
  const attributes = { ...attributesOf(message, cluster), datacontenttype: format.contentType };
  const encoded = format.encode(message);
  const data = isJson(format.contentType) ? encoded : JSON.stringify(encoded);
  const head = JSON.stringify(attributes);
  return {
    headers: [['content-type', STRUCTURED_TYPE]],
    body: `${head.slice(0, -1)},"data":${data}}`,
  };
}

function isJson(contentType: string): boolean {
  return contentType === 'application/json';
}
