/** Subjects and headers of messages on NATS. */
import type { Dispatch, OutboundMessage } from '../../../model/delivery.ts';
import { attributesOf } from '../../formats/cloudevents/attributes.ts';
import { attributeHeaders } from '../../formats/cloudevents/envelope.ts';
import { percentEncode } from '../../formats/cloudevents/percent-encoding.ts';

export const DEFAULT_PREFIX = 'warder.v1';

/** What nearly all tokens are made of; one pass without backtracking. */
const PLAIN_TOKEN = /^[\w-]+$/;

/** Stands for a part that a message has none of. */
const NO_TOKEN = '_';

export const HEADERS = {
  node: 'Warder-Node',
  series: 'Warder-Series',
  first: 'Warder-First',
  last: 'Warder-Last',
  rule: 'Warder-Rule',
} as const;

export interface SubjectScheme {
  readonly prefix: string;
  readonly cluster: string;
}

/** `warder.v1.<cluster>.<node>.<namespace>.<kind>.<severity>`. */
export function subjectOf({ prefix, cluster }: SubjectScheme, message: OutboundMessage): string {
  const { node, namespace, kind, severity } = message;
  const tokens = [cluster, node, namespace, kind, severity].map(subjectToken);
  return [prefix, ...tokens].join('.');
}

/** Characters that mean something in subjects, or are not printable, become underscores. */
export function subjectToken(text: string): string {
  if (PLAIN_TOKEN.test(text)) return text;
  const token = Array.from(text, (character) => (isSafe(character) ? character : '_')).join('');
  return token === '' ? NO_TOKEN : token;
}

function isSafe(character: string): boolean {
  return character > ' ' && character < '\x7f' && !'.*>'.includes(character);
}

/** CloudEvents in binary mode, and the place of the message in its series. */
export function headersOf(
  { cluster }: SubjectScheme,
  { message, series, first, last }: Dispatch,
): readonly (readonly [string, string])[] {
  const { node, rule } = message;
  return [
    ['content-type', 'application/json'],
    ...attributeHeaders(attributesOf(message, cluster)),
    [HEADERS.node, percentEncode(node)],
    [HEADERS.series, percentEncode(series)],
    [HEADERS.first, String(first)],
    [HEADERS.last, String(last)],
    ...(rule === '' ? [] : [[HEADERS.rule, percentEncode(rule)] as const]),
  ];
}

/** What `percentEncode` made, as it was; texts that it did not make stay as they are. */
export function decodeHeader(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
