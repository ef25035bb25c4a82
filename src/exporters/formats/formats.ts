/** All formats by their names. */
import type { OutboundMessage } from '../../model/delivery.ts';
import { encodeCef } from './cef/encode-cef.ts';
import { encodeEcs } from './ecs/encode-ecs.ts';
import type { Format, FormatName } from './format.ts';
import { encodeOcsf } from './ocsf/encode-ocsf.ts';
import { parseBody } from './reading/read-message.ts';

const JSON_TYPE = 'application/json';

/** `tetragon` is the body as it is: events in Tetragon's JSON, the rest in ours. */
export const FORMATS: Readonly<Record<FormatName, Format>> = {
  tetragon: { name: 'tetragon', contentType: JSON_TYPE, encode: encodeBody },
  ocsf: { name: 'ocsf', contentType: JSON_TYPE, encode: encodeOcsf },
  ecs: { name: 'ecs', contentType: JSON_TYPE, encode: encodeEcs },
  cef: { name: 'cef', contentType: 'text/plain; charset=utf-8', encode: encodeCef },
};

/** Whether the text names a format. */
export function isFormatName(text: string): text is FormatName {
  return Object.hasOwn(FORMATS, text);
}

const LINE_ENDS = /[\r\n]/;

/** What is no object, or more than a line, is put into one. */
function encodeBody({ id, kind, node, timeMs, body }: OutboundMessage): string {
  if (parseBody(body) !== undefined && !LINE_ENDS.test(body)) return body;
  return JSON.stringify({ warder: { id, kind, time_ms: timeMs, body }, node_name: node });
}
