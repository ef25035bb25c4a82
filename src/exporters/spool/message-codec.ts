/** A message as bytes: its head as JSON, then its body as it is, which need not be escaped. */
import type { OutboundMessage } from '../../model/delivery.ts';

const LENGTH_BYTES = 4;

export function encodeMessage({ body, ...head }: OutboundMessage): Buffer {
  const start = Buffer.from(JSON.stringify(head));
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32LE(start.length);
  return Buffer.concat([length, start, Buffer.from(body)]);
}

/** Undefined when another version wrote it: its checksum is right, so it is not damage. */
export function decodeMessage(bytes: Buffer): OutboundMessage | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + bytes.readUInt32LE();
  if (end > bytes.length) return undefined;
  try {
    const head: unknown = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end));
    if (!isHead(head)) return undefined;
    return { ...head, body: bytes.toString('utf8', end) };
  } catch {
    return undefined;
  }
}

type Head = Omit<OutboundMessage, 'body'>;

const TEXTS = ['id', 'kind', 'severity', 'node', 'namespace', 'rule'] as const;

function isHead(value: unknown): value is Head {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  if (typeof fields['timeMs'] !== 'number') return false;
  return TEXTS.every((name) => typeof fields[name] === 'string');
}
