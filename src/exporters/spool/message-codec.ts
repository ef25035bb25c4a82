/** A message as bytes: its head as JSON, then its body as it is, which need not be escaped. */
import type { OutboundMessage } from '../../model/delivery.ts';

const LENGTH_BYTES = 4;

/** No character takes more in UTF-8. */
export const BYTES_OF_CHARACTER_MAX = 3;

/** A message that is about to be written. */
export interface EncodedMessage {
  /** Characters: about as many as bytes. */
  readonly size: number;
  readonly bytesMax: number;
  /** Returns how many bytes it wrote. */
  readonly fill: (target: Buffer, at: number) => number;
}

export function encodeMessage(message: OutboundMessage): EncodedMessage {
  const { body } = message;
  const head = headOf(message);
  const size = LENGTH_BYTES + head.length + body.length;
  return {
    size,
    bytesMax: size * BYTES_OF_CHARACTER_MAX,
    fill(target, at) {
      const start = at + LENGTH_BYTES;
      const headBytes = target.write(head, start, 'utf8');
      target.writeUInt32LE(headBytes, at);
      return LENGTH_BYTES + headBytes + target.write(body, start + headBytes, 'utf8');
    },
  };
}

/** What nearly all messages after each other have in common, as JSON. */
let common: Omit<OutboundMessage, 'id' | 'timeMs' | 'body'> | undefined;
let commonJson = '';

function headOf(message: OutboundMessage): string {
  const { id, kind, severity, node, namespace, timeMs, rule } = message;
  const isSame =
    common?.kind === kind &&
    common.severity === severity &&
    common.node === node &&
    common.namespace === namespace &&
    common.rule === rule;
  if (!isSame) {
    common = { kind, severity, node, namespace, rule };
    commonJson = JSON.stringify(common).slice(1);
  }
  return `{"id":${JSON.stringify(id)},"timeMs":${JSON.stringify(timeMs)},${commonJson}`;
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
