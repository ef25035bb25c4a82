/** A message as bytes: its head as JSON, then its body as it is, which need not be escaped. */
import type { OutboundMessage } from '../../model/delivery.ts';

const LENGTH_BYTES = 4;

/** A message that is about to be written. */
export interface EncodedMessage {
  readonly bytes: number;
  /** Writes so many bytes. */
  readonly fill: (target: Buffer, at: number) => void;
}

export function encodeMessage(message: OutboundMessage): EncodedMessage {
  const { id, kind, severity, node, namespace, timeMs, rule, body } = message;
  const head: Head = { id, kind, severity, node, namespace, timeMs, rule };
  const start = JSON.stringify(head);
  const startBytes = Buffer.byteLength(start);
  return {
    bytes: LENGTH_BYTES + startBytes + Buffer.byteLength(body),
    fill(target, at) {
      target.writeUInt32LE(startBytes, at);
      target.write(start, at + LENGTH_BYTES, 'utf8');
      target.write(body, at + LENGTH_BYTES + startBytes, 'utf8');
    },
  };
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
