/** Attributes of CloudEvents: who says it, what kind of thing it is, and when it was. */
import type { OutboundMessage } from '../../../model/delivery.ts';
import { isoOf } from '../reading/read-finding.ts';

/** The version of the specification, as events name it: 1.0.2 is one of 1.0. */
export const CLOUDEVENTS_VERSION = '1.0';

/** By their names; `datacontenttype` is left to the mode. */
export type Attributes = Readonly<Record<string, string>>;

interface Attribute {
  /** For the reference: what it is from. */
  readonly says: string;
  of(message: OutboundMessage, cluster: string): string;
}

/** In the order in which they are written. */
export const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  specversion: { says: `always \`${CLOUDEVENTS_VERSION}\``, of: () => CLOUDEVENTS_VERSION },
  id: { says: 'the id of the message', of: ({ id }) => plain(id) || '-' },
  source: {
    says: '`/warder/<cluster>/<node>`, both percent-encoded',
    of: ({ node }, cluster) => `/warder/${segment(cluster)}/${segment(node)}`,
  },
  type: { says: '`warder.<kind>.v1`', of: ({ kind }) => `warder.${kind}.v1` },
  time: {
    says: 'the time of the message',
    of: ({ timeMs }) => isoOf(timeMs) ?? new Date(0).toISOString(),
  },
  severity: { says: 'the severity of the message', of: ({ severity }) => severity },
};

/** The same for the same message: by `source` and `id`, receivers know what they have. */
export function attributesOf(message: OutboundMessage, cluster: string): Attributes {
  return Object.fromEntries(
    Object.entries(ATTRIBUTES).map(([name, { of }]) => [name, of(message, cluster)]),
  );
}

/** Controls, and code points that are no characters. */
const FORBIDDEN = /[\p{Cc}\p{Noncharacter_Code_Point}]/gu;

function plain(text: string): string {
  return text.toWellFormed().replaceAll(FORBIDDEN, '\ufffd');
}

function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
