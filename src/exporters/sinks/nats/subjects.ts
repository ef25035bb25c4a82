/** Subjects and headers of messages on NATS. */
import type { Dispatch, OutboundMessage } from '../../../model/delivery.ts';

export const DEFAULT_PREFIX = 'warder.v1';

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
  const { id, kind, severity, node, rule, timeMs } = message;
  const cloudEvent = {
    specversion: '1.0',
    id,
    source: `/warder/${cluster}/${node}`,
    type: `warder.${kind}.v1`,
    time: new Date(timeMs).toISOString(),
    severity,
  };
  return [
    ...Object.entries(cloudEvent).map(([name, value]) => [`ce-${name}`, encode(value)] as const),
    [HEADERS.node, encode(node)],
    [HEADERS.series, encode(series)],
    [HEADERS.first, String(first)],
    [HEADERS.last, String(last)],
    ...(rule === '' ? [] : [[HEADERS.rule, encode(rule)] as const]),
  ];
}

/** As the binding of CloudEvents to NATS asks: all that is not printable ASCII, and `"` and `%`. */
function encode(text: string): string {
  return Array.from(text, (character) => {
    const isPlain = character > ' ' && character < '\x7f' && !'"%'.includes(character);
    if (isPlain) return character;
    return Array.from(Buffer.from(character), (byte) => `%${hexOf(byte)}`).join('');
  }).join('');
}

function hexOf(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/** What `encode` made, as it was; texts that it did not make stay as they are. */
export function decodeHeader(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
